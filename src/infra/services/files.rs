//! Files: where uploads lie. A folder of this machine, or a bucket that all servers share.
use crate::infra::{
    db::ids::TenantId,
    web::{
        errors::{AppError, Result},
        limits,
    },
};
use actix_web::web::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, WriteMultipart, local::LocalFileSystem, memory::InMemory, path::Path, prefix::PrefixStore,
};
use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, sync::Arc};
use uuid::Uuid;

/// Pieces of a file that are on their way at once, so that a slow store is not outrun.
const AHEAD: usize = 2;
/// Pieces are collected up to this: buckets take none that are smaller, but for the last.
const PIECE: usize = 5 << 20;

/// How much may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub size: u64,
    /// Files of one message.
    pub number: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { size: limits::FILE_SIZE.most, number: limits::FILES_OF_A_MESSAGE.size() }
    }
}

impl Limits {
    /// "10 files of 25 MB each"
    pub fn describe(&self) -> String {
        format!("{} files of {} MB each", self.number, self.size >> 20)
    }
}

/// The store. Clones share it.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    pub limits: Limits,
}

/// A file that is being written. It is there when it is finished, and not at all when it is dropped before.
pub struct Writing(WriteMultipart);

/// A file of the store that no row may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub tenant: TenantId,
    pub id: Uuid,
}

impl Files {
    /// In a folder, which is made if need be and which nobody else may enter; or where `url` leads: s3://bucket/folder, if the server
    /// was built for it, with keys and region from the AWS_* variables.
    pub fn open(url: Option<&str>, folder: &std::path::Path, limits: Limits) -> anyhow::Result<Self> {
        let store: Arc<dyn ObjectStore> = match url {
            None => {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?)
            }
            Some(url) => {
                let (store, prefix) = object_store::parse_url_opts(&url.parse()?, std::env::vars())?;
                Arc::new(PrefixStore::new(store, prefix))
            }
        };
        Ok(Self { store, limits })
    }

    /// For tests.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()), limits: Limits::default() }
    }

    /// The same with other limits.
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Begins a file.
    pub async fn write(&self, tenant: TenantId, id: Uuid) -> Result<Writing> {
        let upload = self.store.put_multipart(&place(tenant, id)).await.map_err(failed)?;
        Ok(Writing(WriteMultipart::new_with_chunk_size(upload, PIECE)))
    }

    /// A file, piece by piece, with its size.
    pub async fn read(
        &self,
        tenant: TenantId,
        id: Uuid,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, AppError>>)> {
        let found = self.store.get(&place(tenant, id)).await.map_err(failed)?;
        let size = found.meta.size;
        Ok((size, found.into_stream().map_err(failed).boxed()))
    }

    /// The whole of a file, where it is there, in background work.
    pub fn whole(&self, tenant: TenantId, id: Uuid) -> Result<Option<Vec<u8>>> {
        self.wait(async {
            let (_, mut pieces) = match self.read(tenant, id).await {
                Err(AppError::NotFound) => return Ok(None),
                found => found?,
            };
            let mut bytes = vec![];
            while let Some(piece) = pieces.try_next().await? {
                bytes.extend_from_slice(&piece);
            }
            Ok(Some(bytes))
        })
    }

    /// Writes a file at once, in background work.
    pub fn put(&self, tenant: TenantId, id: Uuid, bytes: Vec<u8>) -> Result<()> {
        self.wait(async {
            let mut writing = self.write(tenant, id).await?;
            writing.push(bytes.into()).await?;
            writing.finish().await
        })
    }

    /// Removes a file; one that is not there is as good as removed.
    pub async fn remove(&self, tenant: TenantId, id: Uuid) -> Result<()> {
        match self.store.delete(&place(tenant, id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Those that were written a day ago or earlier: younger ones may belong to a message that is being sent.
    pub async fn old(&self) -> Result<Vec<Stored>> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the store tells its own machine's time, and a day is long"
        )]
        let before = chrono::Utc::now() - chrono::Duration::days(1);
        let listed = self.store.list(None).map_err(failed);
        let old = listed.try_filter_map(|file| async move {
            Ok((file.last_modified < before).then(|| stored(&file.location)).flatten())
        });
        old.try_collect().await
    }

    /// Waits for what the store does, in background work, which has threads of its own.
    pub fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(AppError::internal)?.block_on(work)
    }
}

impl Writing {
    /// Goes on with a piece.
    pub async fn push(&mut self, piece: Bytes) -> Result<()> {
        self.0.wait_for_capacity(AHEAD).await.map_err(failed)?;
        self.0.put(piece);
        Ok(())
    }

    /// Ends it: from now on it is there.
    pub async fn finish(self) -> Result<()> {
        self.0.finish().await.map(drop).map_err(failed)
    }

    /// Takes it back.
    pub async fn give_up(self) {
        if let Err(error) = self.0.abort().await {
            tracing::debug!(%error, "what was written of a file is left for the sweep");
        }
    }
}

fn place(tenant: TenantId, id: Uuid) -> Path {
    Path::from_iter([tenant.to_string(), id.to_string()])
}

/// Whatever else lies there is not ours.
fn stored(path: &Path) -> Option<Stored> {
    let (tenant, id) = path.as_ref().split_once('/')?;
    Some(Stored { tenant: tenant.parse().ok()?, id: id.parse().ok()? })
}

fn failed(error: object_store::Error) -> AppError {
    match error {
        object_store::Error::NotFound { .. } => AppError::NotFound,
        other => AppError::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_file_is_there_when_it_is_finished_and_not_before() {
        let folder = std::env::temp_dir().join(format!("clientele-files-{}", Uuid::now_v7()));
        let files = Files::open(None, &folder, Limits::default()).unwrap();
        let (tenant, id) = (TenantId::new(), Uuid::now_v7());
        let mut writing = files.write(tenant, id).await.unwrap();
        writing.push(Bytes::from(vec![7; PIECE])).await.unwrap();
        writing.push(Bytes::from_static(b"end")).await.unwrap();
        assert!(matches!(files.read(tenant, id).await.map(drop), Err(AppError::NotFound)));
        writing.finish().await.unwrap();
        let (size, pieces) = files.read(tenant, id).await.unwrap();
        let whole = pieces.try_fold(vec![], |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        });
        assert_eq!((size, &whole.await.unwrap()[PIECE..]), (PIECE as u64 + 3, &b"end"[..]));
        assert!(matches!(files.read(TenantId::new(), id).await.map(drop), Err(AppError::NotFound)));
        // It is young.
        assert_eq!(files.old().await.unwrap(), []);
        files.remove(tenant, id).await.unwrap();
        files.remove(tenant, id).await.unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }
}
