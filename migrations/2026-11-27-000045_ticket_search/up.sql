-- Tickets by what was written in them and by whom they are of (SPEC §14). Apart from the tickets, which are read and changed far more
-- often than they are searched; kept by tasks from the log, and made anew by `clientele search rebuild`.
CREATE TABLE ticket_search (
    tenant_id   uuid NOT NULL DEFAULT current_tenant(),
    ticket_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    search      tsvector NOT NULL,
    CONSTRAINT ticket_search_pkey PRIMARY KEY (tenant_id, ticket_id),
    CONSTRAINT ticket_search_ticket FOREIGN KEY (tenant_id, customer_id, ticket_id) REFERENCES tickets (tenant_id, customer_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE ticket_search IS 'The words that each ticket is found by. Worked out of other tables in the background, so it lags behind them for a moment. For staff only: internal notes are among them.';
COMMENT ON COLUMN ticket_search.customer_id IS 'Whoever of the staff sees this customer may find it.';
COMMENT ON COLUMN ticket_search.search IS 'Number, subject, requester, customer, addresses, and the latest messages as far as they are kept (see ticket_searchable).';
CREATE INDEX ticket_search_by_customer ON ticket_search (tenant_id, customer_id, ticket_id);
CREATE INDEX ticket_search_by_word ON ticket_search USING gin (tenant_id, search) WITH (fastupdate = off);
ALTER TABLE ticket_search ENABLE ROW LEVEL SECURITY;
CREATE POLICY background ON ticket_search USING (tenant_id = (SELECT current_tenant()) AND (SELECT current_audience()) = 'system');
CREATE POLICY staff ON ticket_search FOR SELECT USING (tenant_id = (SELECT current_tenant()) AND ((SELECT sees_all_customers())
    OR ((SELECT is_staff()) AND EXISTS (SELECT FROM customers c WHERE c.tenant_id = ticket_search.tenant_id AND c.id = ticket_search.customer_id OFFSET 0))));
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket_search TO clientele_app;

CREATE FUNCTION is_stop_word(word text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN char_length(word) <= 5 AND word = ANY ('{a,about,after,all,also,an,and,any,are,as,at,be,been,but,by,can,could,did,do,does,for,from,get,had,has,have,he,her,here,him,his,how,i,if,in,into,is,it,its,just,may,me,more,my,no,not,now,of,on,one,or,our,out,she,so,some,than,that,the,their,them,then,there,these,they,this,to,up,us,was,we,were,what,when,which,who,will,with,would,you,your,'
        'aber,als,am,auch,auf,aus,bei,bin,bis,bitte,das,dass,dem,den,der,des,die,doch,durch,ein,eine,einem,einen,einer,er,es,fur,haben,hat,ich,ihr,im,ist,ja,kann,mit,nach,nicht,noch,nur,ob,oder,sehr,sich,sie,sind,so,uber,um,und,uns,unser,vom,von,vor,war,wenn,wie,wir,wird,zu,zum,zur,'
        'au,aux,avec,ce,ces,dans,de,du,elle,en,est,et,il,je,la,le,les,leur,mais,ne,nous,ou,par,pas,plus,pour,que,qui,sa,se,ses,son,sur,un,une,vous,'
        'con,como,del,el,ella,esta,este,las,lo,los,mas,mi,nos,para,pero,por,si,sin,su,sus,una,y,al,che,di,e,gli,ha,ho,i,non,o,per,piu,sono,da,do,dos,em,na,nao,os,um,uma,het,een,ik,je,naar,niet,te,van,voor,we,wij,zijn}'::text[]);
COMMENT ON FUNCTION is_stop_word IS 'A word that stands in every other sentence: it tells no message from another.';

-- Of a conversation the latest 30 messages count, and of each the first 4,000 characters; of all of them 600 words.
CREATE VIEW ticket_searchable WITH (security_invoker = true) AS
    SELECT t.tenant_id, t.id AS ticket_id, t.customer_id,
           array_to_tsvector(words(t.number::text, t.subject, t.requester_name, c.name, c.email, c.email_domain, coalesce(u.email, p.email))
               || ARRAY(SELECT DISTINCT said.word
                    FROM (SELECT m.body FROM ticket_messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id ORDER BY m.created_at DESC, m.id DESC LIMIT 30) AS latest
                    CROSS JOIN LATERAL unnest(words(latest.body)) AS said (word)
                    WHERE char_length(said.word) <= 40 AND NOT is_stop_word(said.word) ORDER BY 1 LIMIT 600)) AS search
    FROM tickets t
    JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.requester_id
    LEFT JOIN contacts p ON p.tenant_id = t.tenant_id AND p.id = t.requester_contact_id;
COMMENT ON VIEW ticket_searchable IS 'What ticket_search is worked out of.';
GRANT SELECT ON ticket_searchable TO clientele_app;

CREATE FUNCTION index_tickets(ids uuid[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- In the order of their ids, as in index_documents.
    PERFORM FROM ticket_search s WHERE s.tenant_id = current_tenant() AND s.ticket_id = ANY (ids) ORDER BY s.ticket_id FOR UPDATE;
    INSERT INTO ticket_search AS k (tenant_id, ticket_id, customer_id, search)
    SELECT s.tenant_id, s.ticket_id, s.customer_id, s.search FROM ticket_searchable s
    WHERE s.tenant_id = current_tenant() AND s.ticket_id = ANY (ids) ORDER BY s.ticket_id
    ON CONFLICT ON CONSTRAINT ticket_search_pkey DO UPDATE SET customer_id = excluded.customer_id, search = excluded.search
    WHERE (k.customer_id, k.search) IS DISTINCT FROM (excluded.customer_id, excluded.search);
END $$;
COMMENT ON FUNCTION index_tickets IS 'Brings the words of these tickets up to date. Works under the policies of whoever calls it; what is gone is gone with its ticket.';

CREATE FUNCTION rebuild_ticket_search(of_tenant uuid) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    LOCK TABLE ticket_search IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ticket_search WHERE tenant_id = of_tenant;
    INSERT INTO ticket_search (tenant_id, ticket_id, customer_id, search)
    SELECT tenant_id, ticket_id, customer_id, search FROM ticket_searchable WHERE tenant_id = of_tenant;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;
COMMENT ON FUNCTION rebuild_ticket_search IS 'Makes the words of a tenant''s tickets anew, while searches go on in the old ones. For the owner of the tables.';
REVOKE EXECUTE ON FUNCTION rebuild_ticket_search FROM PUBLIC;

-- A sentence is found by its words that tell something; a word of one or two letters is whole.
CREATE FUNCTION ticket_query(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg(CASE WHEN char_length(w) > 2 OR is_unspaced(w) THEN word_query(w) ELSE quote_literal(w) END, ' & ')
        FROM unnest((SELECT coalesce(nullif(ARRAY(SELECT t FROM unnest(all_words) WITH ORDINALITY AS a (t, place) WHERE NOT is_stop_word(t) ORDER BY place), '{}'), all_words)
            FROM (SELECT CASE WHEN typed_phone(typed) IS NOT NULL THEN ARRAY[typed_phone(typed)]
                ELSE words(regexp_replace(left(typed, 400), '[''’‘ʼ`´]', '', 'g')) END AS all_words) AS every)[:12]) AS w)::tsquery;

-- The index of words finds all that have a word before it gives one away; so it matters whether that is a handful or half of them.
CREATE FUNCTION is_common_in_tickets(typed text[]) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH common (word, frequency) AS MATERIALIZED (
        SELECT elements.word, s.most_common_elem_freqs[elements.place] FROM pg_stats s
        CROSS JOIN LATERAL unnest(s.most_common_elems::text::text[]) WITH ORDINALITY AS elements (word, place)
        WHERE s.schemaname = 'public' AND s.tablename = 'ticket_search' AND s.attname = 'search')
    SELECT coalesce(bool_and(EXISTS (SELECT FROM common c WHERE c.frequency > 0.01 AND starts_with(c.word, t.word))), false) FROM unnest(typed) AS t (word)
    WHERE NOT is_stop_word(t.word);
$$;
COMMENT ON FUNCTION is_common_in_tickets IS 'Whether each of the words stands in more than a hundredth of all tickets, by the statistics of the database.';

-- `@@` is not leakproof: behind the policies it could not use its index. A word that very many tickets share is looked for in the
-- latest tickets only: nobody reads more, and it takes no longer however many there are.
CREATE FUNCTION search_tickets(typed text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    query tsquery := ticket_query(typed);
    own uuid[];
    hits uuid[] := '{}';
BEGIN
    IF current_tenant() IS NULL OR NOT is_staff() OR query IS NULL THEN RETURN; END IF;
    IF NOT sees_all_customers() THEN
        own := ARRAY(SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.tenant_id = current_tenant() AND o.user_id = current_actor()
                     UNION SELECT c.id FROM customers c WHERE c.tenant_id = current_tenant() AND c.created_by = current_actor());
        hits := ARRAY(SELECT s.ticket_id FROM ticket_search s
                      WHERE s.tenant_id = current_tenant() AND s.customer_id = ANY (own) AND s.search @@ query LIMIT 2000);
    ELSE
        -- Where they are many, the latest tickets have enough of them.
        IF is_common_in_tickets(typed_words(typed)) THEN
            hits := ARRAY(SELECT s.ticket_id FROM (SELECT t.id, t.created_at FROM tickets t WHERE t.tenant_id = current_tenant()
                                                   ORDER BY t.created_at DESC, t.id DESC LIMIT 5000) AS late
                          JOIN ticket_search s ON s.tenant_id = current_tenant() AND s.ticket_id = late.id
                          WHERE s.search @@ query ORDER BY late.created_at DESC, late.id DESC LIMIT most);
        END IF;
        IF cardinality(hits) < most THEN
            hits := hits || ARRAY(SELECT s.ticket_id FROM ticket_search s WHERE s.tenant_id = current_tenant() AND s.search @@ query LIMIT 2000);
        END IF;
    END IF;
    RETURN QUERY SELECT f.id FROM (
        SELECT t.id, t.activity_at FROM tickets t WHERE t.tenant_id = current_tenant() AND t.id = ANY (hits)
        UNION
        -- What was opened a moment ago has no words there yet.
        (SELECT t.id, t.activity_at FROM (SELECT l.id, l.activity_at, l.customer_id, l.search FROM tickets l WHERE l.tenant_id = current_tenant()
                                          ORDER BY l.created_at DESC, l.id DESC LIMIT 200) AS t
         WHERE t.search @@ beginning_query(typed_words(typed)) AND (own IS NULL OR t.customer_id = ANY (own)))
    ) AS f ORDER BY f.activity_at DESC, f.id DESC LIMIT most;
END $$;
COMMENT ON FUNCTION search_tickets IS 'The tickets found by number, subject, requester, customer, addresses and what was written, the latest first. For staff.';
REVOKE EXECUTE ON FUNCTION search_tickets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_tickets TO clientele_app;
GRANT EXECUTE ON FUNCTION is_stop_word, index_tickets, ticket_query TO clientele_app;
