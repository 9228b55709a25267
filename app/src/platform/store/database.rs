//! The IndexedDB itself: one database with the sealed records under their names, and the key. No encryption here.

use js_sys::futures::JsFuture;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use crate::platform::js;

const NAME: &str = "parley";
const VERSION: u32 = 1;
const RECORDS: &str = "records";
const KEYS: &str = "keys";
const KEY: &str = "store";

/// An open database. Closed when dropped.
pub(super) struct Database(IdbDatabase);

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Database {
    pub(super) async fn open() -> Result<Self, JsValue> {
        let factory = js::field(&js_sys::global(), "indexedDB").dyn_into::<IdbFactory>()?;
        let request = factory.open_with_u32(NAME, VERSION)?;
        let upgrading = request.clone();
        let upgrade = Closure::<dyn FnMut()>::new(move || make_stores(&upgrading));
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database = answer(&request).await?;
        Ok(Self(database.unchecked_into()))
    }

    pub(super) async fn key(&self) -> Result<Option<JsValue>, JsValue> {
        let key = answer(&self.reading(KEYS)?.get(&KEY.into())?).await?;
        Ok(Some(key).filter(|key| !key.is_undefined()))
    }

    pub(super) async fn keep_key(&self, key: &JsValue) -> Result<(), JsValue> {
        let transaction = self.writing()?;
        transaction.object_store(KEYS)?.put_with_key(key, &KEY.into())?;
        done(&transaction).await
    }

    /// Names and sealed values, in the order of the names.
    pub(super) async fn all(&self) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
        let records = self.reading(RECORDS)?;
        // Both are asked for at once, so that they come from one transaction.
        let (names, values) = (settled(&records.get_all_keys()?), settled(&records.get_all()?));
        let names: Array = result(names).await?.unchecked_into();
        let values: Array = result(values).await?.unchecked_into();
        let pairs = names.iter().zip(values.iter());
        Ok(pairs.filter_map(|(name, value)| Some((name.as_string()?, Uint8Array::new(&value).to_vec()))).collect())
    }

    /// Puts and (where there is no value) deletes, in one transaction.
    pub(super) async fn write(&self, changes: &[(String, Option<Uint8Array>)]) -> Result<(), JsValue> {
        let transaction = self.writing()?;
        let records = transaction.object_store(RECORDS)?;
        for (name, value) in changes {
            match value {
                Some(value) => records.put_with_key(value, &name.into())?,
                None => records.delete(&name.into())?,
            };
        }
        done(&transaction).await
    }

    pub(super) async fn clear(&self) -> Result<(), JsValue> {
        let transaction = self.writing()?;
        transaction.object_store(RECORDS)?.clear()?;
        transaction.object_store(KEYS)?.clear()?;
        done(&transaction).await
    }

    fn reading(&self, store: &str) -> Result<IdbObjectStore, JsValue> {
        self.0.transaction_with_str(store)?.object_store(store)
    }

    /// `strict`: the browser says that it is done only when the disk has it, so that a crash cannot bring back a
    /// ratchet that was used already.
    fn writing(&self) -> Result<IdbTransaction, JsValue> {
        let stores = Array::of2(&RECORDS.into(), &KEYS.into());
        let options = js::object(&[("durability", &"strict".into())]);
        js::call(&self.0, "transaction", &[&stores, &"readwrite".into(), &options])?.dyn_into()
    }
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
