"""Puts libkoquant.so.1 of Tools/build-embedded into the wheel, which is then one for this platform.

KOQUANT_LIBRARY names the library; without it that of this machine's architecture is taken, and built first
where there is none yet.
"""
import os
import platform
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent


def library():
    if "KOQUANT_LIBRARY" in os.environ:
        return Path(os.environ["KOQUANT_LIBRARY"])
    architecture = {"armv7l": "armv7"}.get(platform.machine(), platform.machine())
    builder = HERE.parent / "Tools/build-embedded"
    built = Path(os.environ.get("KOQUANT_EMBEDDED", HERE.parent / ".build-embedded"))
    path = built / architecture / "lib/libkoquant.so.1"
    if not path.exists():
        subprocess.run([builder, "--library-only", architecture], check=True)
    return path


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        shutil.copy(library(), Path(self.build_lib) / "koquant/libkoquant.so.1")


class PlatformWheel(bdist_wheel):
    """Any Python 3, this platform: the library is reached by ctypes, not by Python's C interface."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", sysconfig.get_platform().replace("-", "_").replace(".", "_")


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
