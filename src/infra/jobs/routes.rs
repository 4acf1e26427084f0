//! The routing table where the database reads it.
use super::handlers::Handler;
use diesel::{
    connection::Connection,
    pg::PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, Text},
};

/// Copies the routing table to where the log's trigger reads it. The owner of the tables does this when a server starts. Servers of two
/// versions may run side by side: each leaves alone what one wrote that knows a later migration than its own (`last_migration`), and what it
/// does not know. A handler that is given up is unsubscribed by a migration.
pub fn sync(owner: &mut PgConnection, handlers: &[Handler], last_migration: &str) -> QueryResult<()> {
    let mut rows = vec![];
    for handler in handlers {
        for topic in handler.topics {
            let fields = handler.watched().join(",");
            rows.push(format!("{topic} {} {} {} {fields}", handler.name, handler.tries, handler.delay));
        }
    }
    owner.transaction(|conn| {
        sql_query(
            "WITH wanted AS (
                 SELECT p[1] AS topic, p[2] AS handler, p[3]::smallint AS tries, p[4]::integer AS delay, array_remove(string_to_array(p[5], ','), '') AS fields
                 FROM unnest($1) AS row, string_to_array(row, ' ') AS p
             )
             INSERT INTO task_routes (topic, handler, tries, delay, fields, written_by) SELECT topic, handler, tries, delay, fields, $2 FROM wanted
             ON CONFLICT (topic, handler) DO UPDATE SET tries = excluded.tries, delay = excluded.delay, fields = excluded.fields, written_by = excluded.written_by
             WHERE task_routes.written_by <= excluded.written_by
               AND (task_routes.tries, task_routes.delay, task_routes.fields, task_routes.written_by)
                   IS DISTINCT FROM (excluded.tries, excluded.delay, excluded.fields, excluded.written_by)",
        )
        .bind::<Array<Text>, _>(rows)
        .bind::<Text, _>(last_migration)
        .execute(conn)
        .map(drop)
    })
}
