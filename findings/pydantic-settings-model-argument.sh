#!/usr/bin/env bash
# pydantic-settings 2.16.3, pydantic 2.14.4 (PyPI)
#
# Arguments win over the environment. For a nested setting the two are merged when
# the argument is a dictionary, but not when it is the same value as a model: then
# the whole environment of that setting is dropped and the defaults come back.
#
# Seen: dictionary: size=20 timeout=3; model: size=1 timeout=3
# (APP_POOL__SIZE=20, default of size 1)
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pydantic-settings==2.16.3' 'pydantic==2.14.4'

"$work/venv/bin/python" - <<'PY'
import os

from pydantic import BaseModel
from pydantic_settings import BaseSettings, SettingsConfigDict

os.environ["APP_POOL__SIZE"] = "20"


class Pool(BaseModel):
    size: int = 1
    timeout: int = 10


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__")
    pool: Pool = Pool()


merged = Settings(pool={"timeout": 3}).pool
replaced = Settings(pool=Pool(timeout=3)).pool
print("dictionary:", merged)
print("model:", replaced)
assert merged == Pool(size=20, timeout=3)
assert replaced == Pool(size=1, timeout=3)
PY
