"""FHIR: Claim resources of an R4 bundle in, ExplanationOfBenefit resources out."""
