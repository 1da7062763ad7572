import Interchange
import Testing

@Suite struct JSONEncodableTests {
  @Test("Members of every kind") func members() {
    var writer = JSONWriter()
    writer.object { object in
      object.member("flag", true)
      object.member("count", 3)
      object.member("large", UInt64.max)
      object.member("ratio", 0.25)
      object.member("nothing", Double.nan)
      object.member("name", "\"한\"")
      object.member("absent", Int?.none)
      object.member("list", [1, nil, 3])
      object.member("value", JSON.array([.string([0x61]), .null]))
      object.object("inner") { $0.member("empty", [String]()) }
      object.object("none") { _ in }
    }
    let expected =
      #"{"flag":true,"count":3,"large":18446744073709551615,"ratio":0.25,"nothing":null,"name":"\"한\"","#
      + #""absent":null,"list":[1,null,3],"value":["a",null],"inner":{"empty":[]},"none":{}}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }
}
