DROP FUNCTION tally_customers;
DROP INDEX customers_by_kind;
