//! Documents of Clientele 0.1.0 in the shape of today's.
use serde_json::{Map, Value, json};

/// Makes a document of version 1 one of version 2. Its tickets were for reading, as was when the customer left: they have no ids.
pub fn upgrade(document: &mut Map<String, Value>, notes: &mut Vec<String>) -> Result<(), String> {
    if let Some(Value::Array(owners)) = document.get_mut("owners") {
        owners.iter_mut().for_each(|owner| *owner = json!({ "user": owner.take() }));
    }
    match document.remove("registration") {
        None | Some(Value::Null) => {}
        Some(Value::Object(mut settings)) => {
            let domains = settings.remove("domains").unwrap_or_default();
            let Value::Array(domains) = domains else {
                return Err("The field registration.domains is wrong: it should be a list.".into());
            };
            let domains: Vec<Value> = domains.into_iter().map(|domain| json!({ "domain": domain })).collect();
            document.insert("registration_domains".into(), domains.into());
            document.insert("registration".into(), vec![Value::Object(settings)].into());
        }
        Some(_) => return Err("The field registration is wrong: it should be an object.".into()),
    }
    document.remove("deactivations");
    match document.remove("tickets").as_ref().and_then(Value::as_array).map_or(0, Vec::len) {
        0 => {}
        1 => notes.push("One ticket is not restored: the document keeps it for reading.".into()),
        many => notes.push(format!("{many} tickets are not restored: the document keeps them for reading.")),
    }
    Ok(())
}
