/// A stretch of numbers that tensors are views of, as a pickle refers to it.
struct TorchStorage {
  /// Nil for an untyped storage, whose length is in bytes.
  var elementType: ElementType?
  /// The storage's name: `data/KEY` in an archive.
  var key: [UInt8]
  /// Elements of the storage `key` as it is in the file.
  var storedCount: Int
  /// Elements of it that tensors can use: all, or a part that the old format made a storage of its own.
  var count: Int
  /// Stored elements before that part.
  var viewOffset = 0

  /// Bytes of the storage as it is in the file; nil when that overflows.
  var storedLength: UInt64? {
    let (length, overflow) = storedCount.multipliedReportingOverflow(by: elementType?.size ?? 1)
    return overflow ? nil : UInt64(exactly: length)
  }
}

/// A view of a storage, checked to lie inside of it.
struct TorchTensor {
  var storage: Int
  var elementType: ElementType
  /// In elements, as the strides.
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}
