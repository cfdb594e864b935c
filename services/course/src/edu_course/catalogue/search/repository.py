"""Words of courses: what typed words are reduced to, and which words misspelt ones are near to."""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from edu_common.database.statements import Compiled, Connection
from edu_course.catalogue.search.words import Term

MAX_WORDS = 8
MAX_COMPLETIONS = 20
MAX_CANDIDATES = 100
MAX_CORRECTIONS = 8

TERMS = Compiled(
    text("""
    WITH typed AS (
        SELECT lexeme AS word, positions[cardinality(positions)] AS place
        FROM unnest(to_tsvector('pg_catalog.simple', search_text(:question)))
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
)

# A subquery with LIMIT asks the index for one course; NOT EXISTS might be planned as a scan of them all.
MISSING = Compiled(
    text("""
    SELECT wanted.place FROM unnest(:queries) WITH ORDINALITY AS wanted (query, place)
    WHERE (
        SELECT 1 FROM courses WHERE status = 'published' AND search @@ CAST(wanted.query AS tsquery) LIMIT 1
    ) IS NULL
""").bindparams(bindparam("queries", type_=ARRAY(Text)))
)

CANDIDATES = Compiled(
    text("""
    SELECT word, stem FROM search_words, (SELECT word_trigrams(:word) AS of_word OFFSET 0) asked
    WHERE trigrams && of_word AND length(word) BETWEEN :shortest AND :longest AND stem IS NOT NULL
    ORDER BY (SELECT count(*) FROM unnest(trigrams) trigram WHERE trigram = ANY (of_word)) DESC, word
    LIMIT :max_candidates
""").bindparams(max_candidates=MAX_CANDIDATES)
)


async def read_terms(connection: Connection, question: str) -> list[Term]:
    """The first words of a question, in order."""
    rows = await connection.rows(TERMS, question=question)
    return [
        Term(row.word, (row.stem,) if row.stem else (), goes_on=row.goes_on, completions=tuple(row.completions))
        for row in rows
    ]


async def correct(connection: Connection, terms: Sequence[Term]) -> list[Term]:
    """The terms with words that no course has replaced by the nearest ones; none when that cannot help."""
    missing = await _missing(connection, [term.full for term in terms])
    if not missing:
        return []
    corrected = list(terms)
    for place in missing:
        stems = await _nearest(connection, terms[place])
        if not stems:
            return []
        corrected[place] = terms[place].corrected(stems)
    return corrected


async def _nearest(connection: Connection, term: Term) -> list[str]:
    """Stems of the words that are nearest to a misspelt one, among those that published courses have."""
    if not term.edits:
        return []
    length = len(term.word)
    rows = await connection.rows(CANDIDATES, word=term.word, shortest=length - term.edits, longest=length + term.edits)
    near = [(distance, row.stem) for row in rows if (distance := term.distance(row.word)) <= term.edits]
    near = sorted(near, key=lambda found: found[0])[:MAX_CORRECTIONS]
    missing = await _missing(connection, [Term("", (stem,)).exact for _, stem in near])
    live = [found for place, found in enumerate(near) if place not in missing]
    return list(dict.fromkeys(stem for distance, stem in live if distance == live[0][0]))


async def _missing(connection: Connection, queries: Sequence[str]) -> set[int]:
    """Which of the text search queries no published course matches."""
    return {row.place - 1 for row in await connection.rows(MISSING, queries=list(queries))}
