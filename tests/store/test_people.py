"""People who can log in, and what the application's own role may do to their table."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from hearth.store.models import Person
from tests.cast import AN, MEI


@pytest.mark.django_db
def test_the_migrations_make_the_tables_that_the_models_state() -> None:
    told = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=told)
    assert "No changes detected" in told.getvalue()


@pytest.mark.django_db
def test_a_person_is_found_however_the_user_name_is_typed() -> None:
    mei = Person(username=MEI.code, full_name=MEI.zh)
    mei.set_password("a long enough sentence")
    mei.save()
    assert Person.objects.get_by_natural_key("  ＭＥＩ ") == mei
    assert Person.objects.get(pk=mei.pk).check_password("a long enough sentence")


@pytest.mark.django_db
def test_two_people_cannot_have_one_user_name() -> None:
    Person.objects.create(username=AN.code, full_name=AN.zh)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(username=AN.code, full_name="another")


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["", "x", "An", "an an", "安", "an\n", "-an", "a" * 65])
def test_the_database_itself_refuses_a_user_name_in_another_form(username: str) -> None:
    with pytest.raises(Exception, match=r"person_username_plain|too long"), transaction.atomic():
        Person.objects.create(username=username, full_name="somebody")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order",
    ["DROP TABLE store_person", "TRUNCATE store_person CASCADE", "ALTER TABLE store_person DISABLE TRIGGER ALL"],
)
def test_the_application_cannot_change_the_tables_themselves(order: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), transaction.atomic():
        connection.cursor().execute(order)


@pytest.mark.django_db
def test_jobs_have_their_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
