"""A process that moves keys from files to a PKCS#11 token, and is killed. Arguments: folder, token, pin, when."""

import os
import signal
import sys
from pathlib import Path

from plainview.adapters.custodian_file import CustodianFiles
from plainview.adapters.custodian_pkcs11 import CustodianPkcs11
from plainview.warden.custody import Change, change
from plainview.warden.starting import clock_ms
from plainview.warden.store import Store
from tests.warden.living import REGION


class _DyingFiles(CustodianFiles):
    def end(self) -> None:
        super().end()
        os.kill(os.getpid(), signal.SIGKILL)


def _main(folder: str, token: str, pin: str, when: str) -> None:
    files = _DyingFiles if when == "the old key is destroyed" else CustodianFiles
    before = files(Path(folder) / "keys", REGION)
    after = CustodianPkcs11(token, Path(pin), REGION)
    wanted = Change(before, "file", after, f"pkcs11:{token}", REGION, "localhost/log/test", clock_ms)

    def progress(done: int, count: int) -> None:
        if when == "half is wrapped" and done * 2 >= count:
            os.kill(os.getpid(), signal.SIGKILL)

    change(Store(Path(folder) / "store"), wanted, progress)


if __name__ == "__main__":
    _main(*sys.argv[1:])
