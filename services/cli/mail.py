"""Whether the mail server of the settings takes our mails: asked at the start, not at the first mail."""

from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.cli.ground import UNREACHABLE, WRONG, Leave

TRY_SECONDS = 5


async def check_mail(url: str) -> None:
    """Sign in and out again. Leave with the sentence that names the setting if that fails. No URL, no check."""
    if not url:
        return
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in {"smtp", "smtps"} or not host:
        raise Leave(WRONG, "SAMVERKAN_SMTP_URL: write smtp://user:password@host:port or smtps://…")
    client = aiosmtplib.SMTP(
        hostname=host, port=port, use_tls=parts.scheme == "smtps", timeout=TRY_SECONDS, start_tls=None
    )
    try:
        async with client:
            if parts.username:
                await client.login(unquote(parts.username), unquote(parts.password or ""))
    except aiosmtplib.SMTPAuthenticationError as error:
        raise Leave(
            WRONG, f"SAMVERKAN_SMTP_URL: {host} refuses this user or password ({error.code})"
        ) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        why = str(error).splitlines()[0]
        raise Leave(
            UNREACHABLE, f"SAMVERKAN_SMTP_URL: the mail server {host} cannot be used ({why})"
        ) from error
