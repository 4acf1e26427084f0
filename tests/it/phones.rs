//! Phone numbers, wherever they are typed and stored: read by their own country, kept as they are.
use crate::support::*;
use clientele::customers::stored_phones;

/// A column of the customer that has this name.
fn phone_of(app: &TestApp, name: &str) -> String {
    app.cell(&format!("SELECT phone FROM customers WHERE name = '{name}'"))
}

/// The fields of a form as a browser sends them: what stands in them.
fn fields(page: &Answer, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let value = |name: &&str| page.attribute(&format!("[name={name}]"), "value").unwrap_or_default();
    names.iter().map(|name| (*name, value(name))).collect()
}

#[actix_web::test]
async fn a_number_of_another_country_is_saved_as_it_is_and_stays() {
    let app = TestApp::start().await;
    for (person, tenant) in [("ada@acme.test", "acme"), ("eve@globex.test", "globex")] {
        let admin = app.person(person).await;
        for (typed, expected) in [
            ("+4915123456789", "+4915123456789"),
            ("+33 1 42 68 53 00", "+33142685300"),
            ("+39 06 698 12345", "+390669812345"),
            ("+441134960073", "+441134960073"),
            ("0049 30 901820", "+4930901820"),
            ("+49 (0)30 901821", "+4930901821"),
            ("+1 212 555 0123 ext. 45", "+12125550123;ext=45"),
        ] {
            let name = format!("{tenant} {typed}");
            let form = [("name", name.as_str()), ("phone", typed), ("anyway", "true")];
            admin.submit("/console/customers", &form).await.assert_status(303);
            assert_eq!(phone_of(&app, &name), expected, "{typed}");
            // Saved again with a note only, as the page shows it.
            let path = format!("/console/customers/{}", app.customer(&name));
            let shown =
                fields(admin.get(&format!("{path}/edit")).await.assert_ok(), &["name", "phone", "version"]);
            let mut form: Vec<(&str, &str)> =
                shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
            form.push(("notes", "Called."));
            admin.submit(&path, &form).await.assert_status(303);
            assert_eq!(phone_of(&app, &name), expected, "{typed} after a note");
            admin.get(&path).await.assert_text(&expected.replace(";ext=", " ext. "));
        }
    }
}

#[actix_web::test]
async fn what_can_be_no_number_is_refused_with_the_reason_and_what_is_stored_stays() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for (typed, reason) in [
        ("+49 15", "This number is too short for Germany (+49)."),
        ("+1 212 555 01234", "This number is too long for country code +1."),
        ("+999 123 4567", "No country has this country code."),
    ] {
        let answer = ada.submit("/console/customers", &[("name", "X"), ("phone", typed)]).await;
        answer.assert_status(422).assert_text(reason);
        assert_eq!(answer.attribute("#phone", "value").as_deref(), Some(typed));
    }
    // A number from before numbers were checked does not stand in the way of a note.
    app.sql("UPDATE customers SET phone = '+491234' WHERE name = 'Contoso'");
    let path = format!("/console/customers/{}", app.customer("Contoso"));
    let version = app.cell("SELECT version FROM customers WHERE name = 'Contoso'");
    let form =
        [("name", "Contoso"), ("phone", "+491234"), ("notes", "Called."), ("version", version.as_str())];
    ada.submit(&path, &form).await.assert_status(303);
    assert_eq!(phone_of(&app, "Contoso"), "+491234");
}

#[actix_web::test]
async fn a_number_without_a_country_code_is_of_the_address_then_of_the_customer_then_of_the_tenant() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = [("name", "Berliner"), ("phone", "030 1234567"), ("billing_country", "Germany")];
    ada.submit("/console/customers", &form).await.assert_status(303);
    assert_eq!(phone_of(&app, "Berliner"), "+49301234567");
    let form = [("name", "Yorker"), ("phone", "(212) 555-0199"), ("anyway", "true")];
    ada.submit("/console/customers", &form).await.assert_status(303);
    assert_eq!(phone_of(&app, "Yorker"), "+12125550199");

    app.sql(
        "UPDATE customers SET billing_address = '{\"country\": \"DE\"}' WHERE name = 'Northwind Traders'",
    );
    let northwind = app.customer("Northwind Traders");
    let contact = [("first_name", "Dana"), ("phone", "0151 23456789")];
    ada.submit(&format!("/console/customers/{northwind}/contacts"), &contact).await.assert_status(303);
    assert_eq!(app.cell("SELECT phone FROM contacts WHERE first_name = 'Dana'"), "+4915123456789");
    let cody = app.person("cody@northwind.test").await;
    let profile = [("name", "Cody Lane"), ("phone", "030 7654321"), ("time_zone", "Europe/Berlin")];
    cody.submit("/customer/profile", &profile).await.assert_status(303);
    assert_eq!(app.cell("SELECT phone FROM users WHERE email = 'cody@northwind.test'"), "+49307654321");
    let tomorrow =
        app.cell("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI')");
    let call = [
        ("topic", "Invoices"),
        ("phone", "030 1234568"),
        ("time_zone", "UTC"),
        ("slot_1", tomorrow.as_str()),
        ("minutes", "30"),
    ];
    cody.submit("/customer/calls", &call).await.assert_status(303);
    assert_eq!(app.cell("SELECT phone FROM calls WHERE topic = 'Invoices'"), "+49301234568");
}

#[actix_web::test]
async fn an_import_reads_each_row_by_its_own_country_and_says_what_becomes_of_it() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE customers SET billing_address = '{\"country\": \"France\"}' WHERE external_id = 'C-1'");
    let csv = "Name,External id,Phone,Billing country\n\
               Berliner,R-1,030 1234567,Germany\n\
               Northwind Traders,C-1,01 42 68 53 00,\n\
               Lost,R-2,212 555 0123,Atlantis\n\
               Abroad,R-3,+441134960073,Germany\n\
               Extended,R-4,212 555 0124 x7,\n";
    let answer = ada.upload("/console/imports/new", "file", "customers.csv", csv.as_bytes().to_vec()).await;
    let path = answer.assert_status(303).location.strip_suffix("/mapping").unwrap().to_owned();
    let mapping = [("name", "0"), ("external_id", "1"), ("phone", "2"), ("billing_country", "3")];
    let page = ada.submit_and_follow(&format!("{path}/mapping"), &mapping).await;
    assert_eq!(
        page.assert_ok().all("section[aria-labelledby=phones] tbody td").join("|"),
        "4|212 555 0123|+12125550123|“Atlantis” is no known country, so the number is read as one of United States.\
         |2|030 1234567|+49301234567||3|01 42 68 53 00|+33142685300||6|212 555 0124 x7|+12125550124 ext. 7|"
    );
    ada.submit(&format!("{path}/run"), &[]).await.assert_status(303);
    ada.run_imports().await;
    for _ in 0..200 {
        if !ada.get(&path).await.assert_ok().body.contains("data-poll") {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    for (name, expected) in [
        ("Berliner", "+49301234567"),
        ("Northwind Traders", "+33142685300"),
        ("Lost", "+12125550123"),
        ("Abroad", "+441134960073"),
        ("Extended", "+12125550124;ext=7"),
    ] {
        assert_eq!(phone_of(&app, name), expected, "{name}");
    }
}

#[actix_web::test]
async fn stored_numbers_that_can_not_be_are_found_wherever_they_are() {
    let app = TestApp::start().await;
    let check = || {
        let mut lines = vec![];
        let found =
            stored_phones::check(&mut app.database.owner(), &mut |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(found, lines.len());
        lines
    };
    assert_eq!(check(), Vec::<String>::new());
    app.sql(
        "UPDATE customers SET phone = '+4915' WHERE name = 'Contoso';
         UPDATE contacts SET phone = '+9991234567;ext=1' WHERE first_name = 'Iris';
         UPDATE users SET phone = '+121255501234' WHERE email = 'root@clientele.test'",
    );
    let lines = check();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, parts) in lines.iter().zip([
        ["acme\tcustomer ", "\tContoso\t+4915\t", "too short for Germany"],
        ["globex\tcontact ", "\tIris Vale\t+9991234567;ext=1\t", "No country has this country code"],
        ["(platform)\tuser ", "\troot@clientele.test\t+121255501234\t", "too long"],
    ]) {
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    }
    // Every column that holds a phone number is looked at.
    let places: Vec<&str> = stored_phones::PLACES.iter().map(|(table, ..)| *table).collect();
    let columns = app.cell(
        "SELECT string_agg(c.table_name, ' ' ORDER BY c.table_name) FROM information_schema.columns c JOIN information_schema.tables t
         USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name LIKE '%phone%'",
    );
    let mut sorted = places.clone();
    sorted.sort_unstable();
    assert_eq!(columns, sorted.join(" "));
}
