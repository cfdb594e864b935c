"""The state directory of a platform."""

import stat
from pathlib import Path

import pytest

from edu_cli.devserver.state import AlreadyRunning, ProcessRecord, Run, State
from edu_cli.errors import LocalError

RUN = Run(ProcessRecord("runner", 1, 2.0, 3001), "http://127.0.0.1:3001", 5432, {"course": 8002}, ready=True)


class TestRefusals:
    def test_a_place_that_cannot_be_written_is_one_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(LocalError, match=r"Cannot write .*EDU_HOME"):
            State(tmp_path / "file" / "state").prepare()

    def test_there_is_one_runner_at_a_time(self, state: State) -> None:
        lock = state.acquire()

        assert state.in_use()
        with pytest.raises(AlreadyRunning):
            state.acquire()

        lock.release()
        assert not state.in_use()
        state.acquire().release()

    def test_others_can_read_no_key(self, state: State) -> None:
        state.secrets()
        state.service_keys()

        for path in state.signing_key.parent.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.signing_key.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(state.root.stat().st_mode) in (0o700, 0o711)


class TestWhatIsKept:
    def test_keys_and_passwords_are_made_once(self, state: State) -> None:
        first, key, service_keys = state.secrets(), state.signing_key.read_bytes(), state.service_keys()
        state.prepare()

        assert State(state.root).secrets() == first
        assert State(state.root).service_keys() == service_keys
        assert state.signing_key.read_bytes() == key
        assert len(first.platform_secret) >= 32
        assert len(set(first.database_passwords.values())) == 5

    def test_facts_are_added_to_each_other(self, state: State) -> None:
        assert state.fact("seeded") is None
        state.remember(seeded="small")
        state.remember(migrated="abc")

        assert (state.fact("seeded"), state.fact("migrated")) == ("small", "abc")

    def test_a_run_is_read_as_it_was_written(self, state: State) -> None:
        state.write_run(RUN)

        assert state.run() == RUN

    def test_a_half_written_record_counts_as_none(self, state: State) -> None:
        state.write_run(RUN)
        path = state.root / "run.json"
        path.write_text(path.read_text()[:20])

        assert state.run() is None

    def test_erasing_leaves_no_key_and_no_record(self, state: State) -> None:
        secrets, service_keys = state.secrets(), state.service_keys()
        state.write_run(RUN)
        state.erase()
        state.prepare()

        assert state.run() is None
        assert state.secrets() != secrets
        assert state.service_keys() != service_keys
