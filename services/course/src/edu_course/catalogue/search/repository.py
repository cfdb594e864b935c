"""Words of courses: the stems of typed words, and the words closest to misspelt ones."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from edu_common.database.unit_of_work import Connection
from edu_course.catalogue.search.synonyms import subjects, synonyms_of
from edu_course.catalogue.search.words import Term, drop_stop_words

MAX_WORDS = 8
MAX_COMPLETIONS = 20
MAX_CANDIDATES = 100
MAX_CORRECTIONS = 8

TERMS = text("""
    WITH typed AS (
        SELECT lexeme AS word, positions[cardinality(positions)] AS place
        FROM unnest(to_tsvector('pg_catalog.simple', search_text(:words)))
    ), numbered AS (
        SELECT word, place, place = max(place) OVER () AS is_last FROM typed ORDER BY place LIMIT :max_words
    )
    SELECT word, word_stem(word) AS stem, is_last, ARRAY(
        SELECT DISTINCT known.stem FROM search_words known
        WHERE numbered.is_last AND length(numbered.word) > 2
            AND known.word >= numbered.word COLLATE "C" AND known.word < numbered.word || :highest
            AND known.stem <> numbered.word AND NOT starts_with(known.stem, numbered.word)
        LIMIT :max_completions
    ) AS completions, EXISTS (
        SELECT FROM search_words known
        WHERE numbered.is_last
            AND known.word > numbered.word COLLATE "C" AND known.word < numbered.word || :highest
            AND starts_with(known.stem, numbered.word) AND known.stem IS DISTINCT FROM word_stem(numbered.word)
    ) AS goes_on
    FROM numbered ORDER BY place
""").bindparams(max_words=MAX_WORDS, max_completions=MAX_COMPLETIONS, highest="\U0010ffff")

# A subquery with LIMIT reads one course from the index; NOT EXISTS might be planned as a scan of all of them.
MISSING = text("""
    SELECT wanted.place FROM unnest(:queries) WITH ORDINALITY AS wanted (query, place)
    WHERE (
        SELECT 1 FROM courses WHERE status = 'published' AND search @@ CAST(wanted.query AS tsquery) LIMIT 1
    ) IS NULL
""").bindparams(bindparam("queries", type_=ARRAY(Text)))

CANDIDATES = text("""
    SELECT word, stem FROM search_words, (SELECT word_trigrams(:word) AS of_word OFFSET 0) asked
    WHERE trigrams && of_word AND length(word) BETWEEN :shortest AND :longest AND stem IS NOT NULL
    ORDER BY (SELECT count(*) FROM unnest(trigrams) trigram WHERE trigram = ANY (of_word)) DESC, word
    LIMIT :max_candidates
""").bindparams(max_candidates=MAX_CANDIDATES)


async def read_terms(connection: Connection, words: str, synonyms: Mapping[str, Sequence[str]]) -> list[Term]:
    """Return the first words typed, in order, without those that cannot affect the result."""
    rows = await connection.all(TERMS, words=words)
    return drop_stop_words(
        Term(
            row["word"],
            (row["stem"],) if row["stem"] else (),
            is_prefix=row["goes_on"],
            completions=tuple(row["completions"]),
            synonyms=tuple(synonyms.get(row["stem"], ())),
        )
        for row in rows
    )


STEMS = text("SELECT word, word_stem(word) AS stem FROM unnest(:words) AS word").bindparams(
    bindparam("words", type_=ARRAY(Text))
)


async def read_synonyms(connection: Connection) -> Mapping[str, Sequence[str]]:
    """Return the stems of each stem's synonyms."""
    rows = await connection.all(STEMS, words=[word for subject in subjects() for word in subject])
    return synonyms_of({row["word"]: row["stem"] for row in rows})


async def correct(connection: Connection, terms: Sequence[Term]) -> list[Term]:
    """Return the terms with words that no course has replaced by the closest ones; none when that cannot help."""
    missing = await _missing(connection, [term.full for term in terms])
    corrected = list(terms)
    for position in missing:
        near = await _nearest(connection, terms[position])
        if not near:
            return []
        corrected[position] = terms[position].corrected(next(iter(near.values())), list(near))
    return corrected if missing else []


async def _nearest(connection: Connection, term: Term) -> dict[str, str]:
    """Return the words closest to a misspelt one, among those of published courses, by their stems."""
    if not term.edits:
        return {}
    length = len(term.word)
    rows = await connection.all(CANDIDATES, word=term.word, shortest=length - term.edits, longest=length + term.edits)
    near = [(distance, row) for row in rows if (distance := term.distance(row["word"])) <= term.edits]
    near = sorted(near, key=lambda found: found[0])[:MAX_CORRECTIONS]
    missing = await _missing(connection, [Term("", (row["stem"],)).exact for _, row in near])
    live = [found for position, found in enumerate(near) if position not in missing]
    nearest: dict[str, str] = {}
    for distance, row in live:
        if distance == live[0][0]:
            nearest.setdefault(row["stem"], row["word"])
    return nearest


async def _missing(connection: Connection, queries: Sequence[str]) -> set[int]:
    """Return the positions of the text search queries that no published course matches."""
    if not queries:
        return set()
    return {row["place"] - 1 for row in await connection.all(MISSING, queries=list(queries))}
