DROP FUNCTION search_customers, whole_query, beginning_query, word_query, typed_words, typed_phone, near_query, find_by_words, may_see_customer;
DROP TRIGGER learn_updated ON contacts;
DROP TRIGGER learn_inserted ON contacts;
DROP TRIGGER learn_updated ON customers;
DROP TRIGGER learn_inserted ON customers;
DROP FUNCTION learn_words, is_learnt;
DROP TABLE search_words;
