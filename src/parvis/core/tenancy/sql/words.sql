-- What the searches by words of every package are made of (see core/cases/sql/search.sql).

-- Letters without accents, in lower case; immutable, so that it can stand in an index. Most addresses have no accent: the
-- long way, which looks at each letter thirty times, costs twelve times as much. Not STRICT: it would not be inlined.
CREATE OR REPLACE FUNCTION parvis.fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN octet_length(words) = length(words)
    THEN replace(replace(replace(lower(words), '''', ' '), '`', ' '), '-', ' ')
    ELSE translate(lower(words),
        'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ''’`-', 'aaaaaaceeeeiiiinooooouuuuyy    ') END $$;

-- Words as patterns, the longest first.
CREATE OR REPLACE FUNCTION parvis.patterns(asked text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_agg('%' || replace(replace(replace(word, '\', '\\'), '_', '\_'), '%', '\%') || '%'
                    ORDER BY length(word) DESC, word)
   FROM unnest(asked) AS word WHERE word <> '' $$;
