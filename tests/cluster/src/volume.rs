//! Folders that are replaced in one step, as the kubelet mounts Secrets and `ConfigMap`s.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::certificates::Identity;

/// A mounted volume. Its files are links through the link `..data` to a hidden folder:
///
/// ```text
/// ..data -> ..2
/// ..2/tls.crt
/// tls.crt -> ..data/tls.crt
/// ```
///
/// A new content is written into a hidden folder of its own, and `..data` is moved to it.
#[derive(Debug)]
pub struct Volume {
    folder: PathBuf,
    revision: u32,
}

impl Volume {
    /// Creates the folder of a volume without files.
    ///
    /// # Panics
    ///
    /// If the folder cannot be created.
    pub fn create(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the folder is created");
        Self { folder: folder.to_owned(), revision: 0 }
    }

    /// Returns the path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Replaces all files by others, each a name and its content.
    ///
    /// # Panics
    ///
    /// If a file cannot be written.
    pub fn replace(&mut self, files: &[(&str, &str)]) {
        let old = format!("..{}", self.revision);
        self.revision += 1;
        let new = format!("..{}", self.revision);
        fs::create_dir(self.path(&new)).expect("the folder is created");
        for (name, content) in files {
            fs::write(self.path(&new).join(name), content).expect("the file is written");
        }
        symlink(&new, self.path("..data_tmp")).expect("the link is created");
        fs::rename(self.path("..data_tmp"), self.path("..data")).expect("the link is moved");
        for (name, _) in files {
            if self.path(name).symlink_metadata().is_err() {
                let target = Path::new("..data").join(name);
                symlink(target, self.path(name)).expect("the link is created");
            }
        }
        self.remove_stale_links();
        if self.revision > 1 {
            fs::remove_dir_all(self.path(&old)).expect("the folder is removed");
        }
    }

    /// Removes the links to files that are gone.
    fn remove_stale_links(&self) {
        for entry in fs::read_dir(&self.folder).expect("the folder is read") {
            let path = entry.expect("an entry").path();
            if !path.exists() {
                fs::remove_file(path).expect("the link is removed");
            }
        }
    }

    /// Replaces the certificate and the key of a Secret of type `kubernetes.io/tls`.
    pub fn replace_certificate(&mut self, identity: &Identity) {
        self.replace(&[("tls.crt", &identity.certificate), ("tls.key", &identity.key)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut volume = Volume::create(folder.path());
        volume.replace(&[("a", "1"), ("b", "2")]);
        volume.replace(&[("b", "3"), ("c", "4")]);
        let read = |name| fs::read_to_string(volume.path(name)).ok();
        assert_eq!((read("a"), read("b"), read("c")), (None, Some("3".into()), Some("4".into())));
        let names = fs::read_dir(folder.path()).expect("the folder is read");
        assert_eq!(names.count(), 4, "..2, ..data, b, c");
    }
}
