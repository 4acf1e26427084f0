DROP FUNCTION search_tickets, is_common_in_tickets, ticket_query, rebuild_ticket_search, index_tickets;
DROP VIEW ticket_searchable;
DROP FUNCTION is_stop_word;
DROP TABLE ticket_search;
