/// A value on the stack of a pickle. Whatever has parts is a number in `PickleHeap`: values are small, sharing
/// and cycles cost nothing, and freeing a million nested tuples does not recurse.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  /// An integer that does not fit, as its little-endian bytes.
  case longInteger(Int)
  case string(Int)
  case bytes(Int)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(TorchGlobal)
  case storage(Int)
  case tensor(Int)

  /// For messages.
  var kind: StaticString {
    switch self {
    case .none: "None"
    case .boolean: "a bool"
    case .integer, .longInteger: "an int"
    case .float: "a float"
    case .string: "a string"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global: "a class or function"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// What the values of a pickle consist of.
struct PickleHeap {
  struct Item {
    var key: PickleValue
    var value: PickleValue
  }

  /// Strings, bytes and long integers.
  var texts: [[UInt8]] = []
  /// Tuples and lists.
  var sequences: [[PickleValue]] = []
  var dictionaries: [[Item]] = []
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []

  mutating func text(_ bytes: [UInt8]) -> Int {
    texts.append(bytes)
    return texts.count - 1
  }

  mutating func sequence(_ values: [PickleValue]) -> Int {
    sequences.append(values)
    return sequences.count - 1
  }

  mutating func dictionary(_ items: [Item]) -> Int {
    dictionaries.append(items)
    return dictionaries.count - 1
  }

  /// The value of a string key, the last one where it repeats.
  func value(_ key: StaticString, in dictionary: Int) -> PickleValue? {
    dictionaries[dictionary].last { item in
      guard case .string(let text) = item.key else { return false }
      return key.withUTF8Buffer { texts[text].elementsEqual($0) }
    }?.value
  }

  func string(_ value: PickleValue) -> [UInt8]? {
    guard case .string(let text) = value else { return nil }
    return texts[text]
  }

  /// The integers of a tuple; nil when it is none, holds something else or more than `limit`.
  func integers(_ value: PickleValue, limit: Int) -> [Int]? {
    guard case .tuple(let index) = value, sequences[index].count <= limit else { return nil }
    var integers: [Int] = []
    for element in sequences[index] {
      guard case .integer(let integer) = element else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
