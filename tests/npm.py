"""What tests take from npm: exactly the locked packages, put into the cache the first time."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.real_servers import CACHE, absent

INSTALL_SECONDS = 100


def installed(home: Path) -> Path:
    """The `node_modules` of the lock in this folder. No package runs its scripts."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        absent("Node.js or npm")
    lock = (home / "package-lock.json").read_bytes()
    folder = CACHE / f"{home.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE))
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(home / name, fresh)
        command = ["npm", "ci", "--ignore-scripts"]
        subprocess.run(command, cwd=fresh, check=True, capture_output=True, timeout=INSTALL_SECONDS)
        try:
            fresh.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(fresh)
    return folder / "node_modules"
