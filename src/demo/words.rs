//! What names are made of: given names and surnames of eleven cultures, and the parts from which thousands more are put together.

/// Whose way of naming a name follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Culture {
    English,
    German,
    French,
    Dutch,
    Italian,
    Spanish,
    Portuguese,
    Polish,
    Swedish,
    Japanese,
    Arabic,
}

/// Names of one culture, parted by spaces. A name in other letters is followed by `=` and its Latin spelling.
pub struct Names {
    pub given: &'static str,
    pub surnames: &'static str,
    /// First and second halves of further surnames.
    pub halves: Option<(&'static str, &'static str)>,
}

impl Culture {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Dutch,
        Self::Italian,
        Self::Spanish,
        Self::Portuguese,
        Self::Polish,
        Self::Swedish,
        Self::Japanese,
        Self::Arabic,
    ];

    /// The names of its people.
    pub fn names(self) -> &'static Names {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
            Self::French => &FRENCH,
            Self::Dutch => &DUTCH,
            Self::Italian => &ITALIAN,
            Self::Spanish => &SPANISH,
            Self::Portuguese => &PORTUGUESE,
            Self::Polish => &POLISH,
            Self::Swedish => &SWEDISH,
            Self::Japanese => &JAPANESE,
            Self::Arabic => &ARABIC,
        }
    }
}

const ENGLISH: Names = Names {
    given: "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Ashley Donald Emily Steven Kimberly Andrew Donna Paul Michelle Joshua Carol Kenneth Amanda Kevin Melissa Brian Deborah Timothy Stephanie Ronald Rebecca Jason Laura Jeffrey Sharon Ryan Cynthia Jacob Kathleen Gary Amy Nicholas Angela Eric Anna Jonathan Ruth Stephen Brenda Larry Pamela Justin Nicole Scott Katherine Brandon Samantha Benjamin Christine Samuel Emma Gregory Catherine Alexander Virginia Patrick Rachel Jack Maria Dennis Heather Tyler Diane Aaron Julie Nathan Joyce Henry Olivia Zachary Victoria Douglas Kelly Peter Lauren Adam Priya Noah Fatima Ethan Mei Jeremy Aisha Walter Imani Keith Sinéad Isaiah Renée Marcus Chloë Omar Zoë Raj Naomi Diego Leila Malik Tamara",
    surnames: "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Chen Singh Shah Okafor O'Brien O'Neill MacDonald McKenzie Abernathy Beaumont Callahan Delacroix Eastwick Fairbanks Gallagher Holloway Iverson Jankowski Kowalczyk Larkin Montague Nakamura Osborne Pemberton Quigley Radcliffe Sutherland Thackeray Underhill Vanderbilt Whitaker Yarborough Zimmerman",
    halves: Some((
        "Ash Birch Black Bram Brook Burn Cald Carl Chest Clif Cold Cran Dal East El Fair Farn Glen Gold Green Hal Hart Hazel Heath Hol Hurst Kens Kings Lang Leigh Lin Lock Long Mar Mid Mill Nor Oak Pem Pres Red Rock Rose Rush Sea Shel Silver Stan Stone Sut Thorn Under Wake Wal War Wel West Whit Win Wood Worth Wy",
        "bourne bridge brook burn bury by combe cote croft dale den don field ford gate grave ham haven hill hurst land ley low man more mouth ridge shaw stead stock stone ton ward well wick wood worth",
    )),
};

const GERMAN: Names = Names {
    given: "Anna Lukas Marie Felix Sophie Jonas Lena Maximilian Laura Paul Julia Leon Katharina Finn Sabine Andreas Petra Stefan Monika Thomas Ursula Michael Birgit Wolfgang Claudia Jürgen Heike Günter Anke Jörg Käthe Götz Bärbel Uwe Silke Dieter Renate Matthias Franziska Tobias Elif Mehmet Aylin Emre Ingrid Holger Ute Rainer Hannah Moritz",
    surnames: "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier König Walter Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Schumacher Yılmaz Öztürk Demir Nowak Großmann Jäger Kühn Dreßler",
    halves: Some((
        "Acker Adler Auer Bach Berg Birken Blumen Brand Breiten Brunn Buch Burg Dorn Eber Eichen Eisen Erlen Falken Feld Fels Frei Geiger Gold Grün Hagen Hasel Heiden Hirsch Hohen Holz Kalten Kessel Kirch Klee Korn Kron Lauter Linden Loh Mühl Neu Nuss Ober Reichen Rosen Salz Sand Schön Silber Sommer Stein Stern Tannen Thal Unter Wald Wasser Weiden Wiesen Winter Wolfs Ziegel",
        "acker au bach bauer beck berg berger brand brunn burg dorf eck egger feld felder fels ganger gruber hagen haus hauser heim hof hofer horst kamp lein mann meier moser müller ried rieder schmied stein stetter tal weiler werth wirth",
    )),
};

const FRENCH: Names = Names {
    given: "Camille Hugo Manon Louis Léa Gabriel Chloé Jules Inès Raphaël Zoé Adrien Éloïse Théo Amélie Benoît Aurélie François Hélène Étienne Margaux Guillaume Noémie Jérôme Sandrine Thierry Océane Loïc Mathilde Yves",
    surnames: "Martin Bernard Dubois Robert Petit Durand Leroy Moreau Lefebvre Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Chevalier Gauthier Perrin Mercier Boyer Blanc Guérin Müller Lemaître Faure Béranger Lacroix Delacour Beauchamp Deschamps Duvallon Montfort Châtelain Charpentier Aubertin Rochefort Villeneuve Bellerose Saint-Clair Desrosiers Maréchal Vasseur Thibault",
    halves: Some((
        "Beau Bois Bon Cham Château Clair Cour Four Grand Haut Mal Mont Mor Pont Roch Val Vau Ver",
        "bert briand carré champ court fort gard lac lieu marais mont pré rand roux val vert ville vois",
    )),
};

const DUTCH: Names = Names {
    given: "Daan Emma Sem Julia Lucas Mila Levi Tess Finn Sophie Bram Sanne Thijs Lotte Ruben Fleur Jasper Anouk Maarten Femke Joost Marloes Willem Ilse Pieter Noortje",
    surnames: "Jansen Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Dijkstra Brouwer Kuiper Veenstra Postma Hoekstra Wijnands Verhoeven Schouten Willems Maas Kok Vermeulen Prins Huisman Blom Scholten Timmermans Zijlstra Bakker",
    halves: Some((
        "Achter Berken Boven Dijk Eiken Groen Haver Hoog Kruis Linden Meer Molen Nieuw Ooster Rijn Rozen Ruys Veen Water Wester Wijn Zand Zomer",
        "beek berg broek burg daal dijk donk hof horst huis kamp laar meer oord stra tuin veld voort weg wijk",
    )),
};

const ITALIAN: Names = Names {
    given: "Sofia Leonardo Giulia Francesco Aurora Alessandro Alice Lorenzo Ginevra Mattia Chiara Andrea Martina Gabriele Elena Riccardo Beatrice Niccolò Francesca Tommaso Paola Giacomo Simona Davide",
    surnames: "Rossi Ferrari Russo Bianchi Romano Gallo Costa Fontana Conti Esposito Ricci Bruno Moretti Barbieri Lombardi Giordano Colombo Mancini Longo Leone Martinelli Marchetti Vitale Serra Ferrara Caruso Rinaldi Caputo Monti Cattaneo Sala Pellegrini Palumbo Benedetti D'Angelo Valentini Montanari Donati Bellini Farina",
    halves: None,
};

const SPANISH: Names = Names {
    given: "Lucía Hugo Sofía Mateo Martina Martín María Lucas Julia Leo Paula Daniel Valeria Álvaro Emma Pablo Carmen Adrián Inés Javier Belén Andrés Nuria Íñigo Begoña Sergio",
    surnames: "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Navarro Torres Domínguez Ramos Gil Vázquez Serrano Blanco Molina Castro Ortega Delgado Ibáñez Núñez Peña Cortés Reyes Marín Iglesias Garrido Cabrera",
    halves: None,
};

const PORTUGUESE: Names = Names {
    given: "João Maria José Ana Antônio Francisca Luís Beatriz Gonçalo Inês Tomás Mariana Rodrigo Conceição Thiago Letícia Vinícius Júlia Caio Fernanda Estêvão Lívia Renan Débora",
    surnames: "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Araújo Magalhães Guimarães Conceição Brandão Falcão Leitão Simões Estêvão Barbosa Figueiredo",
    halves: None,
};

const POLISH: Names = Names {
    given: "Zofia Antoni Hanna Jan Julia Aleksander Maja Franciszek Zuzanna Jakub Małgorzata Krzysztof Agnieszka Paweł Katarzyna Michał Wojciech Łucja Stanisław Grażyna Rafał Bożena Świętosława Łukasz",
    surnames: "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski Zając Pawłowski Król Michalski Wróbel Wieczorek Jabłoński Dudek Majewski Olszewski Stępień Malinowski Łukasik Żuraw Ścibor",
    halves: Some((
        "Bąk Borow Brzez Buk Cis Czarn Dęb Gór Grab Jawor Jasi Klon Kos Krasn Leś Lip Łąk Mal Mosz Olsz Os Pol Rudz Sad Sob Sos Star Strz Topol Wilcz Zim Żur",
        "iński owski ecki ewicz owicz czyk niak ak anek owiak",
    )),
};

const SWEDISH: Names = Names {
    given: "Alice William Maja Lucas Elsa Liam Astrid Oscar Saga Hugo Freja Axel Linnéa Björn Åsa Göran Märta Sören Ebba Gustav Kerstin Håkan Ylva Anders",
    surnames: "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Söderberg Åkesson Öberg Hägglund Sjögren",
    halves: Some((
        "Ahl Al Berg Björk Blom Dahl Ek En Fors Gran Grön Hag Hall Hed Holm Kvarn Lilje Lind Ljung Lund Lång Nor Ny Ros Sand Sjö Sten Ström Sund Söder Vester Vik Wall Åker Älv Öst",
        "berg blad blom borg dal fors gren gård hage holm kvist lund löf man mark nell quist roth sten strand ström vall",
    )),
};

const JAPANESE: Names = Names {
    given: "花子=Hanako 太郎=Taro 美咲=Misaki 翔太=Shota さくら=Sakura 健一=Kenichi 陽菜=Hina 大輔=Daisuke 愛=Ai 拓海=Takumi 結衣=Yui 誠=Makoto 直子=Naoko 隆=Takashi",
    surnames: "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato 吉田=Yoshida 山田=Yamada 佐々木=Sasaki 松本=Matsumoto 井上=Inoue 木村=Kimura 清水=Shimizu 斎藤=Saito 森=Mori 池田=Ikeda 橋本=Hashimoto 石川=Ishikawa 前田=Maeda 藤田=Fujita",
    halves: None,
};

const ARABIC: Names = Names {
    given: "محمد=Mohammed فاطمة=Fatima أحمد=Ahmed مريم=Maryam خالد=Khalid نورة=Noura يوسف=Yousef ليلى=Layla عمر=Omar سارة=Sara حسن=Hassan هند=Hind",
    surnames: "المنصوري=Almansoori الهاشمي=Alhashimi النعيمي=Alnuaimi الشامسي=Alshamsi الكعبي=Alkaabi المزروعي=Almazrouei الفلاسي=Alfalasi الزعابي=Alzaabi العامري=Alameri حداد=Haddad خوري=Khoury نصار=Nassar",
    halves: None,
};

/// First and last parts of invented words, and what may stand between them.
pub const STEM_HEADS: &str = "Ab Acu Aer Al Alt Am Ang Ant Apo Aqu Arc Ard Aro Art Asp Ast Aur Av Ax Bal Bas Bel Ber Bol Bor Bri Cad Cal Cam Can Cas Cel Cer Cin Cir Clar Col Con Cor Cre Cry Cur Cy Dal Del Den Dex Dor Dur Dyn Eco El Em En Ep Er Ev Exo Fal Fen Fir Flor Fort Ful Gal Gel Gen Glo Gran Gri Hal Har Hel Hex Hor Hy Ign Im In Iso Jan Jor Jun Kal Kel Kin Kor Kry Lan Lar Lex Lim Lin Lor Luc Lum Lyr Mag Mal Mar Max Med Mer Min Mon Mor Myr Nav Neb Nex Nim Nor Nov Num Nyx Oct Ol Om On Op Or Os Pal Par Pen Per Phil Pol Pra Pri Pro Pul Qua Que Rad Ral Ren Rex Rho Ros Rub Sal San Sel Sen Ser Sig Sil Sol Son Sta Stel Sul Syn Tal Tel Ten Ter Thal Tor Tri Ul Un Ur Val Var Vec Vel Ven Ver Vex Vir Vol Vor Wex Xan Yor Zan Zen Zor";
/// See [`STEM_HEADS`].
pub const STEM_MIDDLES: &str = "a e i o en ar";
/// See [`STEM_HEADS`].
pub const STEM_TAILS: &str = "bane base bis bit bria cade care cast cent cept chem clave cor core crest cron dax deon dia dian dine dora drift dyne fane fax fex field flex fluent form fuse gard gate gen genix gent gia glen gon grad gram grid gro kara kind lab lane leap lex lia lian light line link lith loft logic lon lume lux mark mart mast mate mec media ment meric meta mex mind mira mode mont mora morph motion nara nera net nexa nia nium node nor nova para path phase phora pilot plex point port press prise quest rano ray rea rian ridge rion rise ron rova sana scape scend sense sera shift sier sight sina span spark spire stara stead sync tane tech tera tesk thera thon tica tide tine tonic tora trace tracta trail trex tria tribe tron ture vance vanta vara ve vera verge via vida view vine vio vista vita vox wave well wise zen zeon zora";

/// For businesses that call themselves after a picture: "Silver Heron Bakery".
pub const ADJECTIVES: &str = "Amber Ancient Autumn Azure Blue Bold Brass Bright Bronze Calm Cedar Clear Copper Coral Crimson Crystal Distant Eager Early Eastern Emerald Evergreen First Free Gentle Gilded Glass Golden Grand Granite Great Happy Hidden High Honest Humble Iron Ivory Jade Keen Kind Lucky Lunar Merry Midnight Misty Modern Morning New Noble Northern Old Open Orange Pale Patient Pearl Polar Prime Proud Pure Quiet Rapid Red Royal Rustic Sage Scarlet Secret Shining Silent Silver Simple Smart Solar Solid Southern Spring Stately Steel Still Summer Sunny Swift Tall Third True Twin United Urban Velvet Violet Warm Western White Wild Winter Wise Young";
/// See [`ADJECTIVES`].
pub const NOUNS: &str = "Acorn Anchor Anvil Apple Arch Arrow Badger Barn Beacon Bear Bell Birch Bird Boat Branch Bridge Brook Candle Canyon Castle Cedar Circle Cliff Clover Comet Compass Crane Creek Crown Current Dolphin Door Dove Eagle Elm Falcon Feather Fern Finch Flame Forge Fountain Fox Garden Gate Glacier Grove Harbor Hare Hawk Heron Hill Horizon Horse Island Ivy Jaguar Key Kite Ladder Lake Lantern Lark Leaf Lion Lotus Lynx Maple Marsh Meadow Mill Moon Mountain Oak Ocean Orchard Otter Owl Palm Path Pebble Pelican Pine Planet Plum Pond Prairie Quarry Quill Raven Reef Ridge River Robin Rose Sail Shore Sky Sparrow Spruce Squirrel Star Stone Stork Swallow Swan Thistle Tiger Tower Trail Valley Vine Wagon Walnut Wave Whale Willow Window Wolf Wren";
/// What places are called, after the first half of an English surname.
pub const PLACE_TAILS: &str = "borough bury castle chester cliff ford gate ham haven head hurst lake mere minster moor mouth pool port sea shire side stoke ton vale view ville water wold";
