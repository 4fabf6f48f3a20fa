"""What a search makes of words."""

from shared.kernel.searching import pattern_of


def test_a_search_takes_every_sign_for_itself() -> None:
    assert pattern_of("ÅKRAR 100%_!") == "%åkrar 100!%!_!!%"
