/// What a `JSONWriter` can write as one value.
public protocol JSONEncodable {
  func encode(to writer: inout JSONWriter)
}

extension JSONWriter {
  /// A member of the open object.
  public mutating func member(_ key: String, _ value: some JSONEncodable) {
    self.key(key)
    value.encode(to: &self)
  }

  /// An object whose members `body` writes.
  public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    beginObject()
    try body(&self)
    endObject()
  }

  /// A member of the open object that is an object itself, whose members `body` writes.
  public mutating func object(_ key: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
    self.key(key)
    try object(body)
  }
}

extension JSON: JSONEncodable {
  public func encode(to writer: inout JSONWriter) { writer.value(self) }
}

extension Bool: JSONEncodable {
  public func encode(to writer: inout JSONWriter) { writer.value(self) }
}

extension FixedWidthInteger {
  public func encode(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int: JSONEncodable {}
extension UInt64: JSONEncodable {}

extension Double: JSONEncodable {
  public func encode(to writer: inout JSONWriter) { writer.value(self) }
}

extension String: JSONEncodable {
  public func encode(to writer: inout JSONWriter) { writer.value(self) }
}

/// The value, or null.
extension Optional: JSONEncodable where Wrapped: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    guard let value = self else { return writer.null() }
    value.encode(to: &writer)
  }
}

extension Array: JSONEncodable where Element: JSONEncodable {
  public func encode(to writer: inout JSONWriter) {
    writer.beginArray()
    for element in self { element.encode(to: &writer) }
    writer.endArray()
  }
}
