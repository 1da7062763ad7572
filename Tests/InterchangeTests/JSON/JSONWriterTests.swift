import Foundation
import Interchange
import Testing

@Suite struct JSONWriterTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("Compact text") func compact() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("index")
    writer.value(0)
    writer.key("text")
    writer.value("\"한\\국\"\n\u{1}\u{7F}")
    writer.key("empty")
    writer.beginArray()
    writer.endArray()
    writer.key("embedding")
    writer.beginArray()
    for value: Float in [0.1, -1, 1e-5, 1e20, .nan, -.infinity] { writer.value(value) }
    writer.endArray()
    writer.key("done")
    writer.value(true)
    writer.key("none")
    writer.null()
    writer.endObject()
    #expect(
      text(writer.bytes)
        == #"{"index":0,"text":"\"한\\국\"\n\u0001\u007f","empty":[],"embedding":[0.1,-1.0,1e-05,1e+20,null,null],"#
        + #""done":true,"none":null}"#)
    writer.removeAll()
    writer.value("again")
    #expect(text(writer.bytes) == "\"again\"")
  }

  @Test("Indented text") func indented() throws {
    let json = try JSON(parsing: Array("{\"a\":[1,{\"b\":null}],\"c\":{},\"d\":[]}".utf8))
    let expected = """
      {
        "a": [
          1,
          {
            "b": null
          }
        ],
        "c": {},
        "d": []
      }
      """
    #expect(text(json.encoded(style: .indented)) == expected)
  }

  @Test("Ill-formed UTF-8 is repaired") func repair() throws {
    var writer = JSONWriter()
    writer.value(utf8: [0x61, 0xFF, 0x62])
    #expect(text(writer.bytes) == "\"a\u{FFFD}b\"")
  }

  @Test("Floats read back as themselves") func roundTrip() throws {
    var generator = SeededGenerator(state: 2)
    for _ in 0..<20_000 {
      let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
      guard value.isFinite else { continue }
      var writer = JSONWriter()
      writer.value(value)
      let read = try #require(try JSON(parsing: writer.bytes).doubleValue)
      #expect(Float(read) == value)
    }
  }

  @Test("Foundation reads what was written") func foundation() throws {
    let bytes = Sample.document
    let json = try JSON(parsing: bytes)
    for style in [JSONWriter.Style.compact, .indented] {
      let written = json.encoded(style: style)
      #expect(try JSON(parsing: written) == json)
      _ = try JSONSerialization.jsonObject(with: Data(written))
    }
  }
}
