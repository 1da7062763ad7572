extension JSON {
  /// The text of this value, as UTF-8.
  public func encoded(style: JSONWriter.Style = .compact) -> [UInt8] {
    var writer = JSONWriter(style: style)
    writer.value(self)
    return writer.bytes
  }
}

extension JSONWriter {
  /// A whole value.
  public mutating func value(_ value: JSON) {
    switch value {
    case .null: null()
    case .boolean(let value): self.value(value)
    case .integer(let value): self.value(value)
    case .number(let value): self.value(value)
    case .string(let utf8): self.value(utf8: utf8)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(utf8: member.key)
        self.value(member.value)
      }
      endObject()
    }
  }
}
