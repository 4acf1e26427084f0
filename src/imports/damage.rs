//! What other programs did to a value before it came here: nothing that could be saved.

/// What spreadsheets write where a formula fails.
const ERRORS: [&str; 8] = ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!"];

/// Fields that hold digits which are no amount: a spreadsheet takes them for numbers, and shortens long ones.
const DIGITS: [&str; 5] = ["phone", "contact_phone", "external_id", "billing_zip", "service_zip"];

/// Why a cell can't be what was meant for the field.
pub fn of(field: &str, cell: &str) -> Option<String> {
    if cell.contains('\u{FFFD}') {
        return Some(
            "A character couldn't be read (�). Choose another encoding, or correct it in the file.".into(),
        );
    }
    if ERRORS.contains(&cell) {
        return Some(format!("“{cell}” is an error of a spreadsheet, not a value. Correct it in the file."));
    }
    if DIGITS.contains(&field) && is_shortened(cell) {
        return Some(format!(
            "“{cell}” is a number that a spreadsheet has shortened; its digits are lost. Format the column as text, then export again."
        ));
    }
    None
}

/// `4.9E+11`, `4,9E+11`.
fn is_shortened(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some((number, power)) = cell.split_once(['E', 'e']) else { return false };
    let number = number.strip_prefix(['+', '-']).unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    digits(whole) && digits(fraction) && power.strip_prefix(['+', '-']).is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_did_is_seen() {
        for (field, cell) in [
            ("phone", "4.9E+11"),
            ("phone", "4,91512E+12"),
            ("external_id", "1E+05"),
            ("billing_zip", "8e+4"),
            ("notes", "#NAME?"),
            ("name", "Caf\u{FFFD}"),
        ] {
            assert!(of(field, cell).is_some(), "{cell}");
        }
        for (field, cell) in [
            ("external_id", "12E4"),
            ("external_id", "E+1"),
            ("notes", "4.9E+11"),
            ("name", "#NAME"),
            ("phone", ""),
        ] {
            assert_eq!(of(field, cell), None, "{cell}");
        }
    }
}
