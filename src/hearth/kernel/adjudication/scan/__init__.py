"""The scan: gates, eligible amounts, public and other payments, deductibles, ratios and limits in one pass."""
