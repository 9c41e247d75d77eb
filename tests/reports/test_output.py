"""Files that appear whole or not at all."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from commentguard.errors import OutputError
from commentguard.reports.output import open_output


def test_a_file_appears_only_when_the_block_is_done(tmp_path: Path) -> None:
    place = tmp_path / "out.jsonl"
    with open_output(place) as stream:
        stream.write("grüß\r\n")
        stream.flush()
        assert not place.exists()
    assert place.read_bytes() == "grüß\r\n".encode()
    assert os.listdir(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_after_an_error_the_old_file_stands_and_no_temporary(
    name: str, error: type[BaseException], tmp_path: Path
) -> None:
    (tmp_path / name).write_text("old")

    def write_half() -> None:
        with open_output(tmp_path / name) as stream:
            stream.write("new" * 100_000)
            raise error

    with pytest.raises(error):
        write_half()
    assert (tmp_path / name).read_text() == "old"
    assert os.listdir(tmp_path) == [name]


def test_gz_at_the_end_of_the_name_compresses_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.GZ"):
        with open_output(tmp_path / name) as stream:
            stream.write("x" * 1000)
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == b"x" * 1000
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.GZ").read_bytes()


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with open_output(tmp_path / "new"):
            pass
    finally:
        os.umask(before)
    (tmp_path / "old").touch(0o600)
    with open_output(tmp_path / "old"):
        pass
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "old")]
    assert modes == [0o640, 0o600]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with open_output(tmp_path / "link") as stream:
        stream.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("name", ["missing/out", "folder", "file/out", "x" * 300, "a\0b"])
def test_a_place_that_can_not_be_written_is_told_with_a_remedy(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(OutputError, match=r"can't be written .*; .*(name|make)"), open_output(tmp_path / name):
        pass
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="may write to"), open_output(tmp_path / "out"):
        pass


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_full_disk_is_told_and_a_device_is_not_replaced(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"full{ending}").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="free some space"), open_output(tmp_path / f"full{ending}") as stream:
        stream.write("x" * 100_000)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_dash_and_none_are_standard_output_in_utf8(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for name in ("-", None):
        with open_output(name) as stream:
            stream.write("grüß\n")
    assert capfdbinary.readouterr().out == "grüß\n".encode() * 2
