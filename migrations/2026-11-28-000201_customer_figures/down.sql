DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['contacts', 'tickets', 'calls', 'customer_tags'] LOOP
        EXECUTE format('DROP TRIGGER figures_insert ON %I; DROP TRIGGER figures_update ON %I; DROP TRIGGER figures_delete ON %I', wanted, wanted, wanted);
    END LOOP;
END $$;
DROP TRIGGER figures_insert ON customers;
DROP FUNCTION figures_of_customers, figures_of_contacts, figures_of_tickets, figures_of_calls, figures_of_tags, recount_figures, last_contact, lock_figures;
DROP VIEW counted_figures;
DROP TABLE customer_figures;
