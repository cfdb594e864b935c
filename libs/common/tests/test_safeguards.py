"""No safeguard can be disabled by accident."""

import os
import subprocess
import sys

import pytest

from edu_common.fault_injection.safeguards import Safeguard, consented, disabled, read_disabled
from edu_common.settings import Misconfigured


def test_all_are_on() -> None:
    assert not any(map(disabled, Safeguard))


def test_consent_in_words_switches_off() -> None:
    assert read_disabled(consented([Safeguard.INBOX])) == {Safeguard.INBOX}
    assert consented([]) == {}


@pytest.mark.parametrize("consent", ["", "yes", "1"])
def test_a_name_alone_is_refused(consent: str) -> None:
    with pytest.raises(Misconfigured):
        read_disabled({"FAULT_DISABLE": "inbox", "FAULT_CONSENT": consent})


def test_kubernetes_is_refused() -> None:
    with pytest.raises(Misconfigured):
        read_disabled(consented([Safeguard.INBOX]) | {"KUBERNETES_SERVICE_HOST": "10.0.0.1"})


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="everything"):
        read_disabled({**consented([Safeguard.INBOX]), "FAULT_DISABLE": "everything"})


def test_a_process_with_a_name_alone_does_not_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import edu_common.events"],
        env={**os.environ, "FAULT_DISABLE": "inbox"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "Remove it." in done.stderr
