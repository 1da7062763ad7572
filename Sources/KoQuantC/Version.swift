import CKoQuant

@c @implementation
public func kq_version() -> UInt32 {
  UInt32(KQ_VERSION_MAJOR * 10000 + KQ_VERSION_MINOR * 100 + KQ_VERSION_PATCH)
}
