"""Conditional requests."""

import pytest

from edu_common.errors import PreconditionFailed
from edu_common.web.conditional import names, require_match, version_tag


class TestNames:
    @pytest.mark.parametrize("field", ['"3"', 'W/"3"', '"1", "3"', '"1",W/"3"', "*"])
    def test_present(self, field: str) -> None:
        assert names(field, '"3"')

    @pytest.mark.parametrize("field", ["", "3", '"33"', '"1", "2"', '"', ",", "W/"])
    def test_absent(self, field: str) -> None:
        assert not names(field, '"3"')


class TestRequireMatch:
    @pytest.mark.parametrize("field", ['"2"', '"4"', '"2.3"', "", "nonsense", '"'])
    def test_stale(self, field: str) -> None:
        with pytest.raises(PreconditionFailed):
            require_match(field, 3)

    @pytest.mark.parametrize("field", [None, version_tag(3), version_tag(3, within=7), "*", f'"1", {version_tag(3)}'])
    def test_present(self, field: str | None) -> None:
        require_match(field, 3)
