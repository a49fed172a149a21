"""A crowd of contacts in an account, written by SQL: as many as one likes, with the words they are found by.

Every other one has a Korean name, with surnames as frequent as they are in Korea, the others English ones; one in three
is verified, one in fifty blocked or deleted, one in eleven `vip`, one in a thousand `rare`.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

PEOPLE = """
INSERT INTO contacts (id, account_id, name, name_key, email, phone, state, verified_at, created_at, updated_at, tags)
SELECT gen_random_uuid(), :account, name, lower(name), lower(mailbox) || n || '@d' || n % 997 || '.example.org',
       '+336' || lpad(n::text, 8, '0'), state, CASE state WHEN 'verified' THEN now() END,
       now() - n * interval '1 second', now() - n * interval '1 second', tags
FROM (
    SELECT n, CASE WHEN n % 50 = 7 THEN CASE WHEN n % 100 = 7 THEN 'blocked' ELSE 'deleted' END
                   WHEN n % 3 = 0 THEN 'verified' ELSE 'unverified' END AS state,
           CASE WHEN n % 1000 = 1 THEN '{rare}'::varchar[] WHEN n % 11 = 0 THEN '{vip}' ELSE '{}' END AS tags,
           CASE WHEN n % 2 = 0 THEN korean[1 + random() * 39] || given[1 + random() * 9] || given[1 + random() * 9]
                ELSE first[1 + random() * 19] || second[1 + random() * 19]
                    || ' ' || last[1 + random() * 9] || 'x' || n % 5000 END AS name,
           first[1 + random() * 19] || second[1 + random() * 19] AS mailbox
    FROM generate_series(1, :count) n, (SELECT
        string_to_array(repeat('김,', 9) || repeat('이,', 6) || repeat('박,', 3)
            || '최,최,정,정,강,조,윤,장,임,한,오,서,신,권,황,안,송,류,전,홍,고,문,양,손,배,백', ',') AS korean,
        string_to_array('민,서,지,현,수,영,준,은,진,하', ',') AS given,
        string_to_array('Al,Be,Ce,Do,El,Fa,Ga,He,Is,Jo,Ka,Lu,Ma,No,Ol,Pe,Ro,Sa,Te,Vi', ',') AS first,
        string_to_array('a,an,bert,cy,da,e,ene,gar,ic,ina,is,la,lin,na,nor,o,ra,ren,vin,y', ',') AS second,
        string_to_array('Smith,Jones,Brown,Kimber,Olsen,Rossi,Meyer,Novak,Silva,Dubois', ',') AS last) names
) made
"""
WORDS = """
INSERT INTO contact_words (account_id, is_leading, word, contact_id)
SELECT DISTINCT account_id, starts_with(name_key, word), word, id
FROM contacts, LATERAL (
    SELECT split_part(name_key, ' ', 1) UNION ALL SELECT split_part(name_key, ' ', 2)
    UNION ALL SELECT email UNION ALL SELECT split_part(email, '@', 2) UNION ALL SELECT 'example.org'
    UNION ALL SELECT ltrim(phone, '+') UNION ALL SELECT '=tag=' || tag FROM unnest(tags) tag
) AS found (word)
WHERE account_id = :account AND word <> ''
"""
ADDRESSES = """
INSERT INTO contact_emails (id, account_id, contact_id, email, email_key, is_primary, created_at)
SELECT gen_random_uuid(), account_id, id, email, email, true, created_at FROM contacts WHERE account_id = :account
"""
TO_CONTACTS = "FOREIGN KEY (contact_id) REFERENCES contacts (id) ON DELETE CASCADE NOT VALID"
# Indexes are built once all is there: a third of the time.
WITHOUT = (
    "ALTER TABLE contact_words DROP CONSTRAINT fk_contact_words_contact",
    "ALTER TABLE contact_words DROP CONSTRAINT contact_words_pkey",
    "DROP INDEX ix_contact_words_contact",
    "ALTER TABLE contact_emails DROP CONSTRAINT fk_contact_emails_contact",
)
AGAIN = (
    "ALTER TABLE contact_words ADD PRIMARY KEY (account_id, is_leading, word, contact_id)",
    "CREATE INDEX ix_contact_words_contact ON contact_words (contact_id, word)",
    f"ALTER TABLE contact_words ADD CONSTRAINT fk_contact_words_contact {TO_CONTACTS}",
    f"ALTER TABLE contact_emails ADD CONSTRAINT fk_contact_emails_contact {TO_CONTACTS}",
    "VACUUM ANALYZE contacts, contact_words, contact_emails",
)
SCOPE = "SELECT set_config('frontdesk.scope', 'all', false)"


def fill(url: str, accounts: dict[uuid.UUID, int]) -> None:
    """So many contacts in each account, in an order of their own; the tables' statistics are up to date."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in (SCOPE, "SET maintenance_work_mem = '256MB'", "SET work_mem = '128MB'", *WITHOUT):
            connection.execute(sa.text(statement))
        for account_id, count in accounts.items():
            for statement in (PEOPLE, ADDRESSES, WORDS):
                connection.execute(sa.text(statement), {"account": account_id, "count": count})
        for statement in (
            *AGAIN,
            "VACUUM ANALYZE contacts",
            "VACUUM ANALYZE contact_words",
            "VACUUM ANALYZE contact_emails",
        ):
            connection.execute(sa.text(statement))
    engine.dispose()
