import Interchange

/// A value inside a JSON file together with where it stands, so that whatever is wrong with it can be named.
struct JSONNode {
  let json: JSON
  let path: String
  let file: String

  /// The root of a file's text.
  init(parsing text: [UInt8], file: String) throws(CheckpointError) {
    do {
      json = try JSON(parsing: text)
    } catch {
      throw CheckpointError(
        .malformed, file: file, location: .offset(UInt64(error.offset)), "not JSON: \(error.message)")
    }
    path = ""
    self.file = file
  }

  init(json: JSON, path: String, file: String) {
    self.json = json
    self.path = path
    self.file = file
  }

  func failure(
    _ kind: CheckpointError.Kind, _ message: String, advice: String = ""
  ) -> CheckpointError {
    CheckpointError(kind, file: file, location: .json(path), message, advice: advice)
  }

  /// The member; nil when it is absent or null, which Hugging Face's readers treat alike.
  func optional(_ key: StaticString) -> JSONNode? {
    guard let value = json[key], value != .null else { return nil }
    return JSONNode(json: value, path: path.isEmpty ? "\(key)" : "\(path).\(key)", file: file)
  }

  func required(_ key: StaticString) throws(CheckpointError) -> JSONNode {
    guard let node = optional(key) else { throw failure(.missing, "\"\(key)\" is missing") }
    return node
  }

  func child(_ value: JSON, _ key: String) -> JSONNode {
    JSONNode(json: value, path: path.isEmpty ? key : "\(path).\(key)", file: file)
  }
}

extension JSONNode {
  func string() throws(CheckpointError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }

  func bytes() throws(CheckpointError) -> [UInt8] {
    guard case .string(let bytes) = json else { throw failure(.malformed, "must be a string") }
    return bytes
  }

  func boolean() throws(CheckpointError) -> Bool {
    guard case .boolean(let value) = json else { throw failure(.malformed, "must be true or false") }
    return value
  }

  /// An integer; 12.0 counts as one.
  func integer() throws(CheckpointError) -> Int {
    switch json {
    case .integer(let value): return value
    case .number(let value):
      if let value = Int(exactly: value) { return value }
      throw failure(.malformed, "must be an integer that fits in 64 bits")
    default: throw failure(.malformed, "must be an integer")
    }
  }

  func integer(in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    let value = try integer()
    guard range.contains(value) else {
      throw failure(.malformed, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func double() throws(CheckpointError) -> Double {
    guard let value = json.doubleValue else { throw failure(.malformed, "must be a number") }
    return value
  }

  func members() throws(CheckpointError) -> [JSON.Member] {
    guard case .object(let members) = json else { throw failure(.malformed, "must be an object") }
    return members
  }

  func elements() throws(CheckpointError) -> [JSONNode] {
    guard case .array(let elements) = json else { throw failure(.malformed, "must be an array") }
    return elements.enumerated().map { index, value in
      JSONNode(json: value, path: "\(path)[\(index)]", file: file)
    }
  }
}
