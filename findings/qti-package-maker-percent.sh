#!/usr/bin/env bash
# qti-package-maker 26.7.14 and text2qti 0.8.0 (PyPI)
#
# The text2qti format lets the margin of a numerical answer be a number or a
# percentage of the answer, and text2qti counts it so. The text2qti reader of
# qti-package-maker stops before the percent sign and takes the margin for a plain
# number, without a warning: the same quiz accepts other answers.
#
# Seen: 0.5 +- 10%: text2qti 0.4500 to 0.5500, qti-package-maker -9.5 to 10.5;
# 400 +- 5%: text2qti 380.0 to 420.0, qti-package-maker 395.0 to 405.0
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'qti-package-maker==26.7.14' 'text2qti==0.8.0'
cd "$work"

cat > quiz.txt <<'TXT'
1.  How much is one half?
=   0.5 +- 10%

2.  How many seats has the hall, about?
=   400 +- 5%
TXT
"$work/venv/bin/text2qti" quiz.txt

"$work/venv/bin/python" - <<'PY'
import re
import zipfile

from qti_package_maker.package_interface import QTIPackageInterface


def ranges(path):
    with zipfile.ZipFile(path) as package:
        text = "".join(
            package.read(name).decode()
            for name in package.namelist()
            if name.endswith(".xml")
        )
    low = re.findall(r"<vargte [^>]*>([^<]+)<", text)
    high = re.findall(r"<varlte [^>]*>([^<]+)<", text)
    return list(zip(low, high, strict=True))


interface = QTIPackageInterface("quiz", verbose=False)
interface.read_package("quiz.txt", "text2qti")
written = interface.save_package("canvas_qti_v1_2", "other.zip")
expected = ranges("quiz.zip")
seen = ranges(written)
print("text2qti:", expected)
print("qti-package-maker:", seen)
assert expected == [("0.4500", "0.5500"), ("380.0", "420.0")]
assert seen == [("-9.5", "10.5"), ("395.0", "405.0")]
PY
