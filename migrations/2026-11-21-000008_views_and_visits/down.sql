DROP FUNCTION session_resolve;
DROP TABLE customer_visits, saved_view_pins, saved_views;
