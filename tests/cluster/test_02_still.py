"""Nothing changes when nothing is to be done."""

import time

from cluster.conftest import Stillness
from cluster.kube import PlatformUnderTest

SECONDS = 600


def test_no_child_moves_for_ten_minutes(stillness: Stillness, shared: PlatformUnderTest) -> None:
    """The same spec is applied again in between."""
    shared.apply()
    time.sleep(max(0, stillness.since + SECONDS - time.monotonic()))
    assert shared.written() == stillness.written
