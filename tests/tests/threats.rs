//! Compares `THREATS.md` with the tests that it names.

use std::path::Path;

/// Returns the quoted words of a cell.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn each_defense_has_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("THREATS.md")).expect("the page");
    let mut tests = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, shown] = cells[..] else { continue };
        if row.starts_with("| ---") || row.starts_with("| attack") || !shown.contains('`') {
            continue;
        }
        let mut names: Vec<&str> = Vec::new();
        for word in quoted(shown) {
            if !word.contains('/') {
                names.push(word);
                continue;
            }
            let text = std::fs::read_to_string(root.join(word)).expect(word);
            for name in names.drain(..) {
                let known = text.contains(&format!("fn {name}("));
                assert!(known, "{name} is not in {word}");
                tests += 1;
            }
        }
        assert_eq!(names, Vec::<&str>::new(), "tests without a file: {row}");
    }
    assert!(tests >= 12, "{tests} tests");
}
