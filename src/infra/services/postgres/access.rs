//! Who may enter the private cluster, and as whom: PostgreSQL asks the operating system who is at the other end of the socket (`peer`).
use super::{ClusterError, NAME, SUPERUSER, Server, account, at};
use crate::infra::db::logins::{APP, SIGN_IN};
use std::{collections::BTreeSet, fs};

const HEAD: &str = "# Written by Clientele at each start: what is changed here is lost.\n";

/// Writes both files where they differ. Returns whether one did: a server that is running has to read them anew.
///
/// Root, whoever runs the cluster and whoever runs Clientele may enter as each of the roles; nobody else may at all. Whoever runs the
/// cluster could read its files anyway.
pub(super) fn write(server: &Server) -> Result<bool, ClusterError> {
    let ids = [0, server.account.uid, account::current_ids().0];
    let people: BTreeSet<String> = ids.into_iter().filter_map(account::name_of).collect();
    let mut changed = false;
    for (name, text) in [("pg_hba.conf", rules()), ("pg_ident.conf", map(&people))] {
        let file = server.cluster.join(name);
        if fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        server.account.write_private_file(&file, &text).map_err(at("write", &file))?;
        changed = true;
    }
    Ok(changed)
}

fn rules() -> String {
    format!(
        "{HEAD}local  all          {SUPERUSER}  peer  map=clientele
local  replication  {SUPERUSER}  peer  map=clientele
local  {NAME}  {NAME},{APP},{SIGN_IN}  peer  map=clientele\n"
    )
}

fn map(people: &BTreeSet<String>) -> String {
    let mut text = HEAD.to_owned();
    for person in people {
        let person = person.replace('"', "\"\"");
        for role in [SUPERUSER, NAME, APP, SIGN_IN] {
            text.push_str(&format!("clientele  \"{person}\"  {role}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_enters_but_by_name() {
        assert!(!rules().contains("trust") && !rules().contains("host"));
        assert!(rules().lines().skip(1).all(|line| line.ends_with("peer  map=clientele")));
        let people = BTreeSet::from(["root".to_owned(), "a \"b\"".to_owned()]);
        assert!(map(&people).contains("clientele  \"root\"  clientele_app\n"));
        assert!(map(&people).contains("clientele  \"a \"\"b\"\"\"  postgres\n"));
        assert_eq!(map(&people).lines().count(), 1 + 2 * 4);
    }
}
