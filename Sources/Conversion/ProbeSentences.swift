/// The sentences whose fp32 vectors are stored with every model, so that a device can check its tokenizer and
/// its drift with no fp32 weights at hand.
///
/// Everyday and technical Korean and English, questions, numbers, mixed scripts, very short and long texts, and
/// the corners of the tokenizer: unknown words, decomposed Hangul, special tokens written in the text.
enum ProbeSentences {
  static let all: [String] = [
    "안녕하세요?",
    "한국어 문장 임베딩을 위한 버트 모델입니다.",
    "오늘은 하늘이 맑고 바람이 시원하다.",
    "내일 비가 오면 소풍은 다음 주로 미뤄집니다.",
    "지하철역에서 가장 가까운 약국이 어디에 있나요?",
    "이 제품은 배송된 지 사흘 만에 고장이 났습니다.",
    "환불을 받으려면 영수증과 신분증을 가져오세요.",
    "아이들이 놀이터에서 공을 차며 뛰어놀고 있다.",
    "한 남자가 무대 위에서 기타를 연주하고 있다.",
    "한 여자가 부엌에서 양파를 썰고 있다.",
    "고양이 두 마리가 창가에서 햇볕을 쬐고 있다.",
    "정부는 올해 경제 성장률 전망을 2.4%로 낮추었다.",
    "연구진은 새로운 배터리 소재를 개발했다고 밝혔다.",
    "서버의 메모리가 부족하여 작업을 시작할 수 없습니다.",
    "비밀번호를 세 번 잘못 입력하면 계정이 잠깁니다.",
    "그 영화는 기대보다 지루했지만 음악은 훌륭했다.",
    "저는 매운 음식을 좋아하지만 위가 약해서 자주 먹지 못합니다.",
    "서울에서 부산까지 기차로 두 시간 반쯤 걸린다.",
    "회의는 오전 10시에 3층 대회의실에서 열립니다.",
    "의사는 환자에게 하루에 물을 2리터 이상 마시라고 권했다.",
    "도서관은 월요일마다 문을 닫으며, 책은 한 번에 다섯 권까지 빌릴 수 있습니다.",
    "작은 장치에서도 문장의 뜻을 벡터로 바꾸어 비슷한 문장을 찾을 수 있다면, 서버로 글을 보내지 않고도 검색과 분류를 할 수 있다.",
    "ㅋㅋㅋ 진짜 웃기다!!!",
    "AI 모델을 int8로 양자화하면 속도가 빨라집니다.",
    "Hello, world!",
    "A man is playing a guitar on the stage.",
    "A woman is slicing an onion in the kitchen.",
    "Two cats are sitting by the window in the sun.",
    "Where is the nearest pharmacy from the station?",
    "The meeting has been moved to Thursday at 3:30 p.m.",
    "The government lowered its growth forecast to 2.4% this year.",
    "Please reset my password; my account has been locked.",
    "Researchers say that the new battery charges in less than ten minutes.",
    "I expected more of the film, but the music was wonderful.",
    "The café's crème brûlée cost €7.50 — naïve tourists paid more.",
    "Small devices can find similar sentences on their own when an encoder fits into their memory, so that private text never has to leave them.",
    "東京タワーは高さ333メートルです。",
    "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF} 자모로 풀어 쓴 글",
    "문장[SEP]붙음 [MASK] 하나",
    "🙂👍🏽 https://example.org/a?b=1&c=2",
  ]
}
