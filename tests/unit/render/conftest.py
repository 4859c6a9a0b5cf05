"""Texts in the scripts of learners and universities."""

import pytest

SCRIPTS = {
    "latin": "Łódź, Şırnak, Đakovo, Ærø, Ŋ, ẞ",
    "greek": "Ελένη Παραδειγματοπούλου",
    "polytonic": "Ἀριστοτέλης",
    "cyrillic": "Олександр Ґалаґан Їжак",
    "vietnamese": "Nguyễn Thị Ánh Tuyết",
    "simplified": "王小明",
    "traditional": "陳大文 臺灣大學",
    "japanese": "山田さくら データ 渋谷",
    "korean": "김민준 예시대학교",
    "arabic": "محمد بن عبد الله",
    "persian": "می‌خواهم گچ پژ",
    "hebrew": "נועה כהן",
    "georgian": "საქართველო",
    "armenian": "Տիգրան Պետրոսյան",
    "devanagari": "प्रिया शर्मा",
    "thai": "สมชาย ใจดี",
}


@pytest.fixture(params=sorted(SCRIPTS))
def script(request: pytest.FixtureRequest) -> str:
    return SCRIPTS[str(request.param)]
