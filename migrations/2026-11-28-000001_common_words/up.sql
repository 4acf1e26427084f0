-- As it was, but planned once in a session rather than at each call: the view of statistics takes 15 ms to plan.
CREATE OR REPLACE FUNCTION is_common_in_tickets(typed text[]) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    words text[];
    frequencies real[];
BEGIN
    SELECT s.most_common_elems::text::text[], s.most_common_elem_freqs INTO words, frequencies FROM pg_stats s
    WHERE s.schemaname = 'public' AND s.tablename = 'ticket_search' AND s.attname = 'search';
    RETURN coalesce((SELECT bool_and(EXISTS (SELECT FROM unnest(words) WITH ORDINALITY AS c (word, place) WHERE starts_with(c.word, t.word) AND frequencies[c.place] > 0.01))
                     FROM unnest(typed) AS t (word) WHERE NOT is_stop_word(t.word)), false);
END $$;
