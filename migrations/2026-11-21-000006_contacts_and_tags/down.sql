DROP TABLE customer_tags, tags, contacts;
