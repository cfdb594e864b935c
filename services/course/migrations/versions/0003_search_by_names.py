"""Find courses by names that are no plain words, by their teacher, and in scripts without spaces."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # "C++", "C#", ".NET" and "R&D" are words of their own, neither "c" nor "net". Texts of courses, `with_parts`, have
    # the parts of such names too, and "html" beside "html5". Chinese and Japanese have no spaces between words, so each
    # character is one. In PL/pgSQL, since a SQL function that reads its argument twice is called at several times the
    # cost.
    op.execute(r"""
        CREATE FUNCTION words_of(source text, with_parts boolean) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
        DECLARE
            folded text COLLATE "pg_c_utf8" := replace(lower(normalize(source, NFKC) COLLATE "pg_c_utf8"), 'ё', 'е');
        BEGIN
            IF with_parts AND folded ~ '[[:alnum:]][+#&]|\.net|[[:alpha:]]{3}[0-9]' THEN
                folded := regexp_replace(folded, '([[:alnum:]]+)(\+\+|#)', '\1 \1\2', 'g');
                folded := regexp_replace(
                    folded, '\m([[:alnum:]]{1,3})&([[:alnum:]]{1,3})\M', '\1 \2 \1&\2', 'g');
                folded := regexp_replace(folded, '\.(net)\M', ' \1 .\1', 'g');
                folded := regexp_replace(folded, '\m([[:alpha:]]{3,})([0-9]+)\M', '\1 \1\2', 'g');
            END IF;
            IF folded ~ '[[:alnum:]][+#&]|\.net' THEN
                folded := regexp_replace(folded, '([[:alnum:]])\+\+', '\1plusplus ', 'g');
                folded := regexp_replace(folded, '\m([[:alpha:]])#(?![[:alnum:]])', '\1sharp', 'g');
                folded := regexp_replace(folded, '\m([[:alnum:]]{1,3})&([[:alnum:]]{1,3})\M', '\1\2', 'g');
                folded := regexp_replace(folded, '\.net\M', ' dotnet', 'g');
            END IF;
            IF folded ~ '[\u3040-\u30ff\u3400-\u9fff]' THEN
                folded := regexp_replace(folded, '([\u3040-\u30ff\u3400-\u9fff])', ' \1 ', 'g');
            END IF;
            RETURN regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g');
        END $$
    """)
    op.execute("""
        CREATE OR REPLACE FUNCTION search_text(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN words_of(source, false)
    """)
    op.execute("""
        CREATE FUNCTION indexed_text(source text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN words_of(source, true)
    """)
    op.execute("""
        CREATE OR REPLACE FUNCTION title_vector(title text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN strip(to_tsvector('pg_catalog.russian', indexed_text(title)))
    """)
    op.execute("""
        CREATE FUNCTION search_vector(title text, subtitle text, tags text[], description text, teacher_name text)
        RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN setweight(to_tsvector('pg_catalog.russian', indexed_text(title)), 'A')
            || setweight(
                to_tsvector('pg_catalog.russian', indexed_text(subtitle || ' ' || array_to_string(tags, ' '))), 'B'
            )
            || setweight(to_tsvector('pg_catalog.russian', indexed_text(teacher_name)), 'C')
            || strip(to_tsvector('pg_catalog.russian', indexed_text(description)))
    """)
    # Names of teachers stay out of the words that are proposed: those are kept when a name is erased.
    op.execute("""
        CREATE OR REPLACE FUNCTION words_vector(title text, subtitle text, tags text[], description text)
        RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN to_tsvector(
            'pg_catalog.simple',
            indexed_text(concat_ws(' ', title, subtitle, array_to_string(tags, ' '), description))
        )
    """)
    op.execute("""
        CREATE OR REPLACE FUNCTION rebuild_search_words() RETURNS void LANGUAGE sql
        BEGIN ATOMIC
            DELETE FROM search_words;
            INSERT INTO search_words (word)
            SELECT DISTINCT word COLLATE "C"
            FROM (
                SELECT DISTINCT piece
                FROM courses,
                    string_to_table(concat_ws(' ', title, subtitle, array_to_string(tags, ' '), description), ' ') piece
            ) pieces, string_to_table(indexed_text(piece), ' ') word
            WHERE is_search_word(word) ORDER BY 1;
        END
    """)
    op.execute("""
        ALTER TABLE courses
            ALTER COLUMN search SET EXPRESSION AS (search_vector(title, subtitle, tags, description, teacher_name)),
            ALTER COLUMN title_words SET EXPRESSION AS (title_vector(title))
    """)
    op.execute("DROP FUNCTION search_vector(text, text, text[], text)")
    op.execute("SELECT rebuild_search_words()")
