"""Mirror reader: the tables of a bucket, opened as they stand in its manifest at this moment.

A module apart from writing the mirror, because readers need neither the data folder nor the right to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from scraper.errors import GoneError
from scraper.store.manifest import read_manifest
from scraper.store.part import Kind
from scraper.store.remote import Remote
from scraper.store.schema import DATE


def open_mirrored(address: str, kind: Kind) -> ds.Dataset:
    """Open a table of a bucket without reading it.

    Raises:
        ConfigError: It is no address of a place in a bucket.
        GoneError: Nothing was mirrored there.
        StoreError: The bucket can't be read.
    """
    remote = Remote(address)
    keys = [part.key for part in read_manifest(remote).parts(kind)]
    base = keys[0].partition(f"{kind.name}/date=")[0] if keys else ""
    files = [f"{remote.root}/{key}" for key in keys]
    return open_files(kind, f"{remote.root}/{base}{kind.name}", files, fs.PyFileSystem(_Handler(remote)))


def open_files(kind: Kind, folder: str, files: Sequence[str], system: fs.FileSystem | None = None) -> ds.Dataset:
    """Open the files of a table as one; columns that a file is too old to have are null.

    Args:
        kind: Which table.
        folder: The table's, which the folders of the days are in.
        files: They may be none.
        system: Where they are; the disk if None.
    """
    full = kind.schema.append(DATE)
    if not files:
        return ds.dataset(full.empty_table())
    days = ds.partitioning(pa.schema([DATE]), flavor="hive")
    return ds.dataset(
        files, schema=full, format="parquet", filesystem=system, partitioning=days, partition_base_dir=folder
    )


class _Handler(fs.FileSystemHandler):  # type: ignore[misc]
    """The bucket for a dataset: files are opened here, so that one that is gone can be told, and read by pyarrow."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def open_input_file(self, path: str) -> Any:
        try:
            return self._remote.open(path.removeprefix(f"{self._remote.root}/"))
        except GoneError as error:
            raise GoneError(
                f"s3://{path}: is not there any more, as the corpus was written since; open it again"
            ) from error

    def get_type_name(self) -> str:
        return "s3"

    def normalize_path(self, path: str) -> str:
        return path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Handler) and self._remote.address == other._remote.address

    __hash__ = None  # type: ignore[assignment]

    def _not_needed(self, *arguments: object) -> Any:
        raise NotImplementedError("a corpus in a bucket is only read")

    get_file_info = get_file_info_selector = open_input_stream = open_output_stream = open_append_stream = _not_needed
    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = delete_file = _not_needed
    move = copy_file = _not_needed
