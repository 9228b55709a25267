//! The `IndexedDB` itself: one database with the sealed records under their names, and the key. No encryption here.

use js_sys::futures::JsFuture;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbTransaction,
};

use crate::platform::js;

/// When a change counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// When the disk has it, so that a crash cannot bring back a ratchet that was used already.
    Strict,
    /// When the browser has it: a crash may lose it, and what was written before it stays.
    Relaxed,
}

const NAME: &str = "parley";
const VERSION: u32 = 1;
const RECORDS: &str = "records";
const KEYS: &str = "keys";
const KEY: &str = "store";
const HOLDER: &str = "holder";

/// An open database. Closed when dropped.
pub(super) struct Database {
    handle: IdbDatabase,
    /// Who may write: the one that opened it last. Each write looks, in its own transaction, whether it still may.
    holder: JsValue,
}

impl Drop for Database {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Why a write was not carried out.
pub(super) enum WriteError {
    /// Another tab has opened the database since.
    TakenOver,
    /// The browser's reason.
    Browser(JsValue),
}

impl From<JsValue> for WriteError {
    fn from(error: JsValue) -> Self {
        Self::Browser(error)
    }
}

impl Database {
    /// Opens it, and takes the right to write from whoever had it.
    pub(super) async fn open(holder: &str) -> Result<Self, JsValue> {
        let database = Self::open_beside(holder).await?;
        let transaction = database.writing(Durability::Strict)?;
        transaction
            .object_store(KEYS)?
            .put_with_key(&database.holder, &HOLDER.into())?;
        done(&transaction).await?;
        Ok(database)
    }

    /// Opens it beside the one who holds it.
    pub(super) async fn open_beside(holder: &str) -> Result<Self, JsValue> {
        let factory = js::field(&js_sys::global(), "indexedDB").dyn_into::<IdbFactory>()?;
        let request = factory.open_with_u32(NAME, VERSION)?;
        let upgrading = request.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || make_stores(&upgrading));
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let handle = answer(&request).await?.unchecked_into();
        Ok(Self {
            handle,
            holder: JsValue::from_str(holder),
        })
    }

    pub(super) fn holder(&self) -> String {
        self.holder.as_string().unwrap_or_default()
    }

    /// Deletes it, also one that cannot be opened.
    pub(super) async fn destroy() -> Result<(), JsValue> {
        let factory = js::field(&js_sys::global(), "indexedDB").dyn_into::<IdbFactory>()?;
        answer(factory.delete_database(NAME)?.unchecked_ref()).await?;
        Ok(())
    }

    pub(super) async fn key(&self) -> Result<Option<JsValue>, JsValue> {
        let key = answer(&self.reading(KEYS)?.get(&KEY.into())?).await?;
        Ok(Some(key).filter(|key| !key.is_undefined()))
    }

    pub(super) async fn keep_key(&self, key: &JsValue) -> Result<(), WriteError> {
        let transaction = self.allowed(Durability::Strict).await?;
        transaction
            .object_store(KEYS)?
            .put_with_key(key, &KEY.into())?;
        Ok(done(&transaction).await?)
    }

    /// Names and sealed values from `first` to before `end`, in the order of the names.
    pub(super) async fn between(
        &self,
        first: &str,
        end: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
        self.within(&range(first, end)?).await
    }

    /// The names alone, in their order.
    pub(super) async fn names_between(
        &self,
        first: &str,
        end: &str,
    ) -> Result<Vec<String>, JsValue> {
        let request = self
            .reading(RECORDS)?
            .get_all_keys_with_key(&range(first, end)?.into())?;
        let names: Array = answer(&request).await?.unchecked_into();
        Ok(names.iter().filter_map(|name| name.as_string()).collect())
    }

    /// Names that begin so, and sealed values, in the order of the names.
    pub(super) async fn beginning_with(
        &self,
        beginning: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
        let end = format!("{beginning}\u{ffff}");
        self.within(&IdbKeyRange::bound(&beginning.into(), &end.into())?)
            .await
    }

    async fn within(&self, range: &IdbKeyRange) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
        let records = self.reading(RECORDS)?;
        // Both are asked for at once, so that they come from one transaction.
        let (names, values) = (
            settled(&records.get_all_keys_with_key(range)?),
            settled(&records.get_all_with_key(range)?),
        );
        let names: Array = result(names).await?.unchecked_into();
        let values: Array = result(values).await?.unchecked_into();
        let pairs = names.iter().zip(values.iter());
        Ok(pairs
            .filter_map(|(name, value)| Some((name.as_string()?, bytes(&value))))
            .collect())
    }

    /// Puts and (where there is no value) deletes, in one transaction.
    pub(super) async fn write(
        &self,
        changes: &[(String, Option<Uint8Array>)],
        durability: Durability,
    ) -> Result<(), WriteError> {
        let transaction = self.allowed(durability).await?;
        let records = transaction.object_store(RECORDS)?;
        for (name, value) in changes {
            match value {
                Some(value) => records.put_with_key(value, &name.into())?,
                None => records.delete(&name.into())?,
            };
        }
        Ok(done(&transaction).await?)
    }

    /// Forgets all records and puts another key in place of the one that sealed them.
    pub(super) async fn clear(&self, next_key: &JsValue) -> Result<(), WriteError> {
        let transaction = self.allowed(Durability::Strict).await?;
        transaction.object_store(RECORDS)?.clear()?;
        transaction
            .object_store(KEYS)?
            .put_with_key(next_key, &KEY.into())?;
        Ok(done(&transaction).await?)
    }

    /// A transaction in which nobody else has become the holder.
    async fn allowed(&self, durability: Durability) -> Result<IdbTransaction, WriteError> {
        let transaction = self.writing(durability)?;
        let holder = answer(&transaction.object_store(KEYS)?.get(&HOLDER.into())?).await?;
        if holder == self.holder {
            return Ok(transaction);
        }
        transaction.abort().ok();
        Err(WriteError::TakenOver)
    }

    fn reading(&self, store: &str) -> Result<IdbObjectStore, JsValue> {
        self.handle.transaction_with_str(store)?.object_store(store)
    }

    fn writing(&self, durability: Durability) -> Result<IdbTransaction, JsValue> {
        let stores = Array::of2(&RECORDS.into(), &KEYS.into());
        let durability = match durability {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        };
        let options = js::object(&[("durability", &durability.into())]);
        js::call(
            &self.handle,
            "transaction",
            &[&stores, &"readwrite".into(), &options],
        )?
        .dyn_into()
    }
}

fn range(first: &str, end: &str) -> Result<IdbKeyRange, JsValue> {
    IdbKeyRange::bound_with_lower_open_and_upper_open(&first.into(), &end.into(), false, true)
}

/// Nothing for what is no bytes: it is found to be damaged, and left out, by whoever opens it.
fn bytes(value: &JsValue) -> Vec<u8> {
    value
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .unwrap_or_default()
}

fn make_stores(request: &IdbOpenDbRequest) {
    if let Ok(database) = request.result().and_then(JsCast::dyn_into::<IdbDatabase>) {
        database.create_object_store(RECORDS).ok();
        database.create_object_store(KEYS).ok();
    }
}

async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    result(settled(request)).await
}

type Settled = (IdbRequest, Promise);

/// A promise for the end of a request. The browser calls it itself, so no closure has to be kept alive.
fn settled(request: &IdbRequest) -> Settled {
    let promise = Promise::new(&mut |resolve, _| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&resolve));
    });
    (request.clone(), promise)
}

async fn result((request, settled): Settled) -> Result<JsValue, JsValue> {
    JsFuture::from(settled).await?;
    match request.error()? {
        Some(error) => Err(error.into()),
        None => request.result(),
    }
}

/// Waits until a transaction is on the disk, or undone.
async fn done(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or(JsValue::NULL, Into::into)),
    }
}
