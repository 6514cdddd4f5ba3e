"""Loading: a database grown to the size of a large insurer's, by bulk: many rows a transaction, one record a batch."""

from hearth.desks.loading.batches import Batch, NotInProduction, batches_before, ground, load_batch
from hearth.desks.loading.made import INVOICE_CODE, LARGE, Ground
from hearth.desks.loading.template import Template, template

__all__ = [
    "INVOICE_CODE",
    "LARGE",
    "Batch",
    "Ground",
    "NotInProduction",
    "Template",
    "batches_before",
    "ground",
    "load_batch",
    "template",
]
