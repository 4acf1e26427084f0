CREATE OR REPLACE FUNCTION is_common_in_tickets(typed text[]) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH common (word, frequency) AS MATERIALIZED (
        SELECT elements.word, s.most_common_elem_freqs[elements.place] FROM pg_stats s
        CROSS JOIN LATERAL unnest(s.most_common_elems::text::text[]) WITH ORDINALITY AS elements (word, place)
        WHERE s.schemaname = 'public' AND s.tablename = 'ticket_search' AND s.attname = 'search')
    SELECT coalesce(bool_and(EXISTS (SELECT FROM common c WHERE c.frequency > 0.01 AND starts_with(c.word, t.word))), false) FROM unnest(typed) AS t (word)
    WHERE NOT is_stop_word(t.word);
$$;
