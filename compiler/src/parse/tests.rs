use super::*;

#[test]
fn reads_both_versions() {
    let v0 = "package a.b\n\nimport data.lib as l\n\np[x] { x := l.f(input.a[_]) with input.b as 1; not x == 2 }\n";
    let module = module(SourceId(0), v0, RegoVersion::V0).unwrap();
    assert_eq!(module.package.path.len(), 2);
    assert_eq!(module.imports.len(), 1);
    assert_eq!(module.rules.len(), 1);
    assert!(super::module(SourceId(0), v0, RegoVersion::V1).is_err());
}
