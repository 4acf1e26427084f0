//! Files as people have them: what is read of each, what the page says of it, and that it can be corrected where the guess is wrong.
use crate::{
    imports::{check, figures, run, upload},
    support::*,
};
use encoding_rs::Encoding;
use scraper::{Html, Selector};

/// What a select of the page shows.
fn selected(page: &Answer, id: &str) -> String {
    page.attribute(&format!("select#{id} option[selected]"), "value").unwrap_or_default()
}

/// The cells of the first rows as read, without line numbers.
fn sheet(page: &Answer) -> Vec<Vec<String>> {
    let html = Html::parse_document(&page.assert_ok().body);
    let (row, cell) = (Selector::parse("#sheet tbody tr").unwrap(), Selector::parse("td").unwrap());
    html.select(&row)
        .map(|row| row.select(&cell).skip(1).map(|cell| cell.text().collect::<String>()).collect())
        .collect()
}

fn column(page: &Answer, at: usize) -> Vec<String> {
    sheet(page).into_iter().map(|mut row| row.swap_remove(at)).collect()
}

/// The page of an import on which columns are matched.
async fn mapping(person: &Person, path: &str) -> Answer {
    person.get(&format!("{path}/mapping")).await
}

/// Reads the file anew with some choices changed; the page after it.
async fn read_again(person: &Person, path: &str, changes: &[(&str, &str)]) -> Answer {
    let page = mapping(person, path).await;
    let mut form: Vec<(&str, String)> =
        ["encoding", "separator", "quote", "header"].map(|id| (id, selected(&page, id))).into();
    if page.attribute("#fill", "checked").is_some() {
        form.push(("fill", "true".into()));
    }
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push((name, (*value).to_owned()));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = person.submit(&format!("{path}/reading"), &form).await;
    if answer.status == 303 { person.get(&answer.location).await } else { answer }
}

/// Line, field and problem of each problem of a check.
fn problems(page: &Answer) -> String {
    page.all("section[aria-labelledby=problems] tbody td").join("|")
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let (bytes, _, lost) = Encoding::for_label(encoding.as_bytes()).unwrap().encode(text);
            assert!(!lost, "{encoding} can't write {text}");
            bytes.into_owned()
        }
    }
}

const EUROPEAN: &[&str] = &[
    "Müller & Söhne",
    "Café Zürich",
    "Peña y Hijos",
    "Straßenbau Groß",
    "Société Générale",
    "Bäckerei Jäger",
];
const CENTRAL: &[&str] =
    &["Łódź Spółka", "Zażółć Gęślą", "Příliš Žluťoučký", "Škoda Plzeň", "Győri Keksz", "Właściciel Książki"];
const RUSSIAN: &[&str] = &[
    "Ромашка",
    "Северный ветер",
    "Завод имени Лихачёва",
    "Московская типография",
    "Хлебозавод",
    "Строительная компания",
];
const GREEK: &[&str] = &[
    "Ελληνική Εταιρεία",
    "Αθήνα Εμπορική",
    "Θεσσαλονίκη Τράπεζα",
    "Παπαδόπουλος και Υιοί",
    "Ναυτιλιακή",
    "Ζαχαροπλαστείο",
];
const TURKISH: &[&str] = &[
    "İstanbul Şirketi",
    "Güneş Işığı Ltd. Şti.",
    "Çağdaş Yayıncılık",
    "Doğan İnşaat",
    "Şişecam Fabrikası",
    "Yıldız Ağaç İşleri",
];
const JAPANESE: &[&str] =
    &["東京電力株式会社", "日本語の会社です", "カタカナ商事", "大阪ガス", "株式会社ひかり", "北海道銀行"];
const SIMPLIFIED: &[&str] =
    &["北京科技有限公司", "上海贸易公司", "中国银行", "广州汽车集团", "深圳华为技术", "杭州网络公司"];
const TRADITIONAL: &[&str] =
    &["臺灣積體電路製造", "臺北銀行", "鴻海精密工業", "國泰金融控股", "中華電信股份", "高雄港務公司"];
const KOREAN: &[&str] = &["삼성전자", "현대자동차", "대한항공", "서울은행", "한국전력공사", "부산무역회사"];

#[actix_web::test]
async fn every_encoding_is_found_out_shown_and_can_be_chosen() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    for (encoding, names) in [
        ("UTF-8", JAPANESE),
        ("UTF-16LE", EUROPEAN),
        ("UTF-16BE", CENTRAL),
        ("UTF-16LE", JAPANESE),
        ("windows-1252", EUROPEAN),
        ("macintosh", EUROPEAN),
        ("windows-1250", CENTRAL),
        ("windows-1251", RUSSIAN),
        ("KOI8-R", RUSSIAN),
        ("windows-1253", GREEK),
        ("windows-1254", TURKISH),
        ("Shift_JIS", JAPANESE),
        ("EUC-JP", JAPANESE),
        ("gb18030", SIMPLIFIED),
        ("Big5", TRADITIONAL),
        ("EUC-KR", KOREAN),
    ] {
        let mut text = String::from("Name;City;Notes\r\n");
        for name in names {
            text.push_str(&format!("{name};{name};\"{name}; {name}\"\r\n"));
        }
        let path = upload(&ada, encoded(&text, encoding)).await;
        let page = mapping(&ada, &path).await;
        assert_eq!(column(&page, 0), names, "{encoding} is read as {}", selected(&page, "encoding"));
        assert_eq!(selected(&page, "separator"), "semicolon", "{encoding}");
        // Another one shows other letters; back again, all is well.
        let other = if encoding == "windows-1251" { "windows-1252" } else { "windows-1251" };
        let wrong = read_again(&ada, &path, &[("encoding", other)]).await;
        if encoding.starts_with("UTF-16") {
            wrong.assert_status(422).assert_text("This is not a text file.");
        } else {
            assert_ne!(column(&wrong, 0), names, "{encoding}");
        }
        let page = read_again(&ada, &path, &[("encoding", encoding)]).await;
        assert_eq!(
            (selected(&page, "encoding"), column(&page, 0)),
            (encoding.to_owned(), names.iter().map(|n| (*n).to_owned()).collect())
        );
        assert_eq!(figures(&check(&ada, &path).await), ["6", "0", "0"], "{encoding}");
        run(&ada, &path, false).await.assert_text("The rows are imported");
        let saved = app.cell("SELECT string_agg(name, '|' ORDER BY created_at, name COLLATE \"C\") FROM customers WHERE external_id IS NULL");
        let mut meant = names.to_vec();
        meant.sort_unstable();
        let mut saved: Vec<_> = saved.split('|').collect();
        saved.sort_unstable();
        assert_eq!(saved, meant, "{encoding}");
        app.sql("DELETE FROM customers WHERE external_id IS NULL");
    }
}

#[actix_web::test]
async fn one_bad_byte_names_its_row_and_leaves_the_others_their_accents() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let file = b"Name,Notes\nM\xC3\xBCller,x\nA \x96 B,y\nCaf\xC3\xA9,z\n";
    let path = upload(&ada, &file[..]).await;
    let page = mapping(&ada, &path).await;
    assert_eq!(
        (selected(&page, "encoding"), column(&page, 0)),
        ("UTF-8".into(), vec!["Müller".into(), "A � B".into(), "Café".into()])
    );
    assert_eq!(page.all("#sheet mark"), ["�"]);
    page.assert_text("1 character couldn't be read in this encoding, the first on line 3.");
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["2", "0", "1"]);
    assert!(problems(&checked).starts_with("3|Name|A character couldn't be read"), "{}", problems(&checked));
    let page = read_again(&ada, &path, &[("encoding", "windows-1252")]).await;
    assert_eq!(column(&page, 0), ["MÃ¼ller", "A – B", "CafÃ©"]);
    assert_eq!(page.all("#sheet mark"), ["Ã¼", "Ã©"], "what looks wrong is marked");
    let page = read_again(&ada, &path, &[("encoding", "nonsense")]).await;
    page.assert_status(422).assert_text("Choose an encoding from the list.");
}

#[actix_web::test]
async fn separators_titles_and_line_ends_are_found_and_can_be_changed() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    // What Excel writes for itself.
    let path = upload(&ada, "sep=;\r\nName;City\r\nA, B & C;Rom\r\n").await;
    let page = mapping(&ada, &path).await;
    page.assert_text("Line 1 names the separator (sep=) and is skipped.");
    assert_eq!((selected(&page, "separator"), selected(&page, "header")), ("semicolon".into(), "2".into()));
    assert_eq!(sheet(&page), [["A, B & C", "Rom"]]);
    let page = read_again(&ada, &path, &[("separator", "comma")]).await;
    assert_eq!(sheet(&page), [["A"]], "read by commas there is one column");
    assert_eq!(sheet(&read_again(&ada, &path, &[("separator", "semicolon")]).await), [["A, B & C", "Rom"]]);

    let path = upload(
        &ada,
        "Customers of Acme,,\nas of 2026-01-02,,\n\nName,Email,City\nA,a@x.test,Rome\nB,,Oslo\n",
    )
    .await;
    let page = mapping(&ada, &path).await;
    page.assert_text("2 rows above the header skipped.");
    assert_eq!((selected(&page, "header"), column(&page, 0)), ("4".into(), vec!["A".into(), "B".into()]));
    let page = read_again(&ada, &path, &[("header", "5")]).await;
    assert_eq!(
        (column(&page, 0), page.all("#sheet thead th")),
        (vec!["B".to_owned()], vec!["Line".into(), "A".into(), "a@x.test".into(), "Rome".into()])
    );
    read_again(&ada, &path, &[("header", "999")])
        .await
        .assert_status(422)
        .assert_text("No row begins on line 999.");
    read_again(&ada, &path, &[("header", "6")]).await.assert_status(422).assert_text("There is no row below");
    read_again(&ada, &path, &[("header", "4")]).await.assert_ok();
    assert_eq!(figures(&check(&ada, &path).await), ["2", "0", "0"]);

    let path = upload(&ada, "Name,City\rA,Rome\rB,Oslo\r").await;
    let page = mapping(&ada, &path).await;
    page.assert_text("Lines end with a carriage return (CR)");
    assert_eq!(sheet(&page), [["A", "Rome"], ["B", "Oslo"]]);
    let path = upload(&ada, "Name,City\r\nA,Rome\r\nB,Oslo\nC,Bern\r\n").await;
    let page = mapping(&ada, &path).await;
    page.assert_text("Line ends are mixed: line 3 ends differently from the lines before it.");
    assert_eq!(column(&page, 0), ["A", "B", "C"]);
    let path = upload(&ada, "Name,Notes\n'A','it''s, well'\n'B','x, y'\n").await;
    let page = mapping(&ada, &path).await;
    assert_eq!(
        (selected(&page, "quote"), sheet(&page)[0].clone()),
        ("single".into(), vec!["A".into(), "it's, well".into()])
    );
}

#[actix_web::test]
async fn rows_that_fell_apart_are_named() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path =
        upload(&ada, "Name,Email,City\nA,a@x.test,Rome\nB\nC,c@x.test,Oslo,more,cells\nD,d@x.test,Bern\n")
            .await;
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["2", "0", "2"]);
    let told = problems(&checked);
    assert!(told.contains("3|Row|The row has 1 cells, but the header names 3 columns."), "{told}");
    assert!(told.contains("4|Row|The row has 5 cells"), "{told}");
    read_again(&ada, &path, &[("fill", "true")]).await.assert_ok();
    assert_eq!(figures(&check(&ada, &path).await), ["3", "0", "1"], "missing cells are allowed");

    // An inch that opens a cell.
    let path = upload(&ada, "Name,Notes\nP,x\nQ,\"6 inch pipe\nR,y\nS,z\n").await;
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["1", "0", "1"]);
    assert!(
        problems(&checked).starts_with("3|Row|A quotation mark opens a cell that never ends: lines 3 to 5"),
        "{}",
        problems(&checked)
    );
    let page = read_again(&ada, &path, &[("quote", "none")]).await;
    assert_eq!(column(&page, 1), ["x", "\"6 inch pipe", "y", "z"]);
    assert_eq!(figures(&check(&ada, &path).await), ["4", "0", "0"]);
    let path = upload(&ada, "Name,Notes\nP,x\nQ,\"6 inch pipe\nR,y\nS,5\"\nT,z\n").await;
    let checked = check(&ada, &path).await;
    assert!(
        problems(&checked).starts_with("3|Row|A cell holds what looks like rows: lines 3 to 5"),
        "{}",
        problems(&checked)
    );
    // What people write is none.
    let path =
        upload(&ada, "Name,Notes\nP,\"1 Main St, NY\nFloor 2\"\nQ,\"say \"\"x\"\"\n\"\nR,5\" pipe\n").await;
    assert_eq!(figures(&check(&ada, &path).await), ["3", "0", "0"]);
}

#[actix_web::test]
async fn what_spreadsheets_did_to_values_is_named() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, "Name,Phone,Customer number,Notes\nA,4.9E+11,C-7,x\nB,,\"1,23E+12\",y\nC,,C-8,#NAME?\nD,+49 30 901820,12E4,4.9E+11\n").await;
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["1", "0", "3"]);
    let told = problems(&checked);
    for said in [
        "2|Phone|“4.9E+11” is a number that a spreadsheet has shortened",
        "3|External id|“1,23E+12” is a number",
        "4|About|“#NAME?” is an error",
    ] {
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(told.matches('|').count(), 8, "each once: {told}");
}

#[actix_web::test]
async fn last_first_is_turned_where_a_column_holds_whole_names() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(
        &ada,
        "Name,Contact\nA,\"Lovelace, Ada\"\nB,Grace Brewster Hopper\nC,\"King, Martin Luther, Jr.\"\n",
    )
    .await;
    check(&ada, &path).await;
    run(&ada, &path, false).await.assert_text("The rows are imported");
    assert_eq!(
        app.cell("SELECT string_agg(p.first_name || '+' || p.last_name, '|' ORDER BY c.name) FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE c.external_id IS NULL"),
        "Ada+Lovelace|Grace Brewster+Hopper|Martin Luther+King, Jr."
    );
    // Where both have a column of their own, they are as they are written.
    let path = upload(&ada, "Name,First name,Last name\nD,Mary Ann,\nE,\"a, b\",c\n").await;
    check(&ada, &path).await;
    run(&ada, &path, false).await;
    assert_eq!(
        app.cell("SELECT string_agg(p.first_name || '+' || p.last_name, '|' ORDER BY c.name) FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE c.name IN ('D', 'E')"),
        "Mary Ann+|a, b+c"
    );
}

#[actix_web::test]
async fn what_is_too_wide_too_long_or_too_large_is_answered_and_bounded() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let wide = (0..300).map(|n| format!("Column {n}x")).collect::<Vec<_>>().join(",");
    let answer =
        ada.upload("/console/imports/new", "file", "x.csv", format!("{wide}\n{wide}\n").into_bytes()).await;
    answer.assert_status(422).assert_text("The file has 300 columns; 200 are the most.");

    let long = "x".repeat(10 << 20);
    let path = upload(&ada, format!("Name,Notes\nA,\"{long}\"\nB,y\n")).await;
    let page = mapping(&ada, &path).await;
    assert!(page.assert_ok().body.len() < 200_000, "a cell is cut on the page");
    let checked = check(&ada, &path).await;
    assert_eq!(figures(&checked), ["1", "0", "1"]);
    assert!(
        problems(&checked).starts_with("2|Row|A cell is longer than 50,000 characters."),
        "{}",
        problems(&checked)
    );
    let file = ada.get(&format!("{path}/problems.csv")).await;
    assert!(file.csv().len() < 200_000, "and in the file of problems");

    let many = "A\n".repeat(200_200);
    let answer = ada.upload("/console/imports/new", "file", "x.csv", many.into_bytes()).await;
    answer.assert_status(422).assert_text("more than 200,000 rows");
    // Spreadsheets end files with rows without anything in them.
    let path = upload(&ada, format!("Name,City\nA,Rome\n{}", ",\n".repeat(300_000))).await;
    assert_eq!(figures(&check(&ada, &path).await), ["1", "0", "0"]);
}

#[actix_web::test]
async fn a_file_is_read_anew_only_while_it_is_open_and_columns_stay_matched_where_they_can() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = upload(&ada, "Bezeichnung,Wohin\nAcht,Rom\n").await;
    ada.submit(&format!("{path}/mapping"), &[("name", "1"), ("billing_city", "0")]).await.assert_status(303);
    let page = read_again(&ada, &path, &[("encoding", "windows-1252")]).await;
    assert_eq!((selected(&page, "name"), selected(&page, "billing_city")), ("1".into(), "0".into()));
    ada.get(&path).await.assert_status(303);
    check(&ada, &path).await.assert_ok();
    run(&ada, &path, false).await.assert_text("The rows are imported");
    let late = ada.submit_and_follow(&format!("{path}/reading"), &[("encoding", "UTF-16LE")]).await;
    late.assert_text("This import has begun");
    assert_eq!(app.cell("SELECT reading->>'encoding' || ' ' || state FROM imports"), "windows-1252 done");
}
