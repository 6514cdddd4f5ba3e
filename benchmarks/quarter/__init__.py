"""Quarter: three months of a claim service, played through the real desks on a real database, with faults.

    python -m benchmarks.quarter --claims 1000     (--full: the 18,400 claims of a real quarter)

The clock is told, the chance is seeded: with one player the same seed plays the same quarter. Several players
(`--players`, one a core) are processes that share the members, and with them the claims, between them; they go by one
clock: at each round of the house's jobs and at each pay run everybody waits until all are there. Claims come in over
April to June at fewer on rest days; staff have shifts and absences; members bring papers late or never; the bank
loses answers, is slow, refuses accounts and sends money back; people's programs, workers and periodic rounds are
killed before any of their statements, and their jobs are done again. The company and its policies are rows made in
bulk; whatever happens to a claim goes through the desks, and what follows it through the jobs of the house.

Beside the course of a share of the claims something else goes on, of each kind at least once (`shares`): originals are
fetched by a courier who is late, loses parcels and tells its news twice and out of order, and sent back; decisions are
disputed on up to three tiers, some are decided anew; members complain, and are answered in time, late, within longer
limits, after a review; stays are paid in advance, from the notice of admission to the last fen covered, paid back or
let off.

What is left out, to be done in minutes: papers are not read, records are not placed in the tree, notices are made of
those steps alone that a clock or a chaser waits for (`--every-notice` makes them all), and rounds that the house does
every minute or oftener come every few hours.  Workers die within one process here; those killed for good, with their
operating system's process, are in tests/doors/kill.
"""
