"""Sold: the products on the shelf as terms, read again when a file changes, and kept as calculations read them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hearth.kernel.product.terms import Terms
from hearth.store.models import SoldTerms
from hearth.store.shelf import ours_to_mend, parse_model, products_folder, read_file
from hearth.words.faults import UnknownProduct


@dataclass(frozen=True, slots=True)
class Sold:
    """A product's terms, the file they stand in, and its digest."""

    terms: Terms
    text: str
    digest: str


def sold() -> Mapping[str, Sold]:
    """Every product of the shelf by code.  Raises: ProductBroken."""
    home = products_folder()
    if not home.is_dir():
        return {}
    with ours_to_mend():
        return _sold_at(tuple(_stated(_folders_of(home, home.stat().st_mtime_ns))))


@lru_cache(maxsize=2)
def _folders_of(home: Path, changed: int) -> tuple[Path, ...]:
    """The folders of the shelf, listed again when one came or went."""
    return tuple(path for path in sorted(home.iterdir()) if path.is_dir())


def _stated(folders: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """The products' files and when each was changed last: asked of the files alone, at every calculation."""
    for folder in folders:
        path = folder / "terms.yaml"
        with suppress(FileNotFoundError):
            yield path, path.stat().st_mtime_ns


def terms_of(product: str) -> Terms:
    """The terms of a product.  Raises: UnknownProduct, ProductBroken."""
    products = sold()
    if product not in products:
        raise UnknownProduct(product=product, known=", ".join(sorted(products)) or "none")
    return products[product].terms


@lru_cache(maxsize=2)
def _sold_at(files: tuple[tuple[Path, int], ...]) -> Mapping[str, Sold]:
    found = (_read(read_file(path), str(path)) for path, _ in files)
    return {one.terms.code: one for one in found}


def _read(text: str, file: str) -> Sold:
    return Sold(parse_model(Terms, text, file), text, hashlib.sha256(text.encode()).hexdigest())


def keep(products: Iterable[str]) -> list[str]:
    """Keep the terms of these products as they are now; their digests, by which `kept` gives them back."""
    chosen = [sold()[code] for code in sorted(set(products))]
    known = set(SoldTerms.objects.filter(digest__in=[one.digest for one in chosen]).values_list("digest", flat=True))
    SoldTerms.objects.bulk_create(
        (
            SoldTerms(digest=one.digest, product=one.terms.code, version=one.terms.version, body=one.text)
            for one in chosen
            if one.digest not in known
        ),
        ignore_conflicts=True,
    )
    return [one.digest for one in chosen]


def kept(digests: Iterable[str]) -> dict[str, Terms]:
    """The terms that a calculation read, by product."""
    found = (_read(one.body, one.digest) for one in SoldTerms.objects.filter(digest__in=tuple(digests)))
    return {one.terms.code: one.terms for one in found}
